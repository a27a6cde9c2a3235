import type { SiteStatus } from '#contracts/site-status.ts';
import { pathOf } from '#failover/bgp-counts.ts';
import { newestFirst } from '#failover/fitness.ts';
import { CLAIM_FRESH_MS, PROBE_FRESH_MS, WITNESSES_AGAINST_VETO } from '#failover/limits.ts';
import { duration, moment } from '../output/time.ts';
import type { SiteView } from './site-view.ts';

/** What would make the decision another one: the passing of time, an event, a person. One clause each. */
export function whatWouldChange(site: SiteView, status: SiteStatus): readonly string[] {
  const { seen, diagnosis } = status;
  return [
    ...diagnosisEnds(status),
    ...(diagnosis.targetFitness.fit
      ? []
      : [`${diagnosis.target.name} can take the routes once this ends: ${diagnosis.targetFitness.unfit.join('; ')}`]),
    ...(site.pause === null
      ? []
      : [`the pause ends at ${at(site.pause)}; sooner with vyos-failover resume ${site.name}`]),
    ...(site.holdDown === null ? [] : [`hold-down ends at ${at(site.holdDown)}; a person needs not wait for it`]),
    ...fullHour(site, seen.stored.automaticSwaps),
    ...(site.mode === 'automatic'
      ? []
      : [`policy.mode: ${site.mode} in the topology moves nothing; change it and deploy`]),
    ...statementsEnd(status),
    ...(seen.stored.leasedUntil !== undefined && seen.stored.leasedUntil > seen.at
      ? [`the swap that is under way ends, or its lease does in ${duration(seen.stored.leasedUntil - seen.at)}`]
      : []),
    ...(seen.stored.reachable
      ? []
      : ["the site's DynamoDB table answers again; a person may override memory-unreachable"]),
  ];
}

function diagnosisEnds({ diagnosis, decision }: SiteStatus): readonly string[] {
  if (decision.reason === 'one-probe-only') {
    return [`the probe's next round, within a minute: the same again moves the routes to ${diagnosis.target.name}`];
  }
  if (decision.reason === 'owner-healthy') {
    return [
      `${WITNESSES_AGAINST_VETO} witnesses who are not its peer outweigh what ${diagnosis.subject.name} says of itself`,
    ];
  }
  if (diagnosis.kind === 'OwnerDetoured')
    return ['a switchover shortens the way; so do the tunnels once they are back'];
  if (diagnosis.kind === 'SwapUnfinished') return ['the next round of the probe, within a minute, finishes the swap'];
  if (diagnosis.kind === 'RoutesSplit') return ['a person moves all routes to one router: switchover'];
  if (diagnosis.kind === 'NoRouteOfThePair') return ['a person points a managed route at a router of the pair'];
  return [];
}

const HOUR_MS = 3_600_000;

function fullHour(site: SiteView, swaps: readonly number[]): readonly string[] {
  const { automaticSwapsInTheLastHour: count, maxSwapsPerHour } = site;
  if (count < maxSwapsPerHour) return [];
  const oldest = swaps.toSorted((a, b) => b - a)[maxSwapsPerHour - 1];
  const until = oldest === undefined ? '' : ` until ${moment(oldest + HOUR_MS)}`;
  return [
    `${count} automatic swaps in the last hour are all that the policy allows${until}; a person may move the routes`,
  ];
}

/** A router is fit only while somebody says so. */
function statementsEnd({ seen }: SiteStatus): readonly string[] {
  return Object.entries(seen.routers).flatMap(([name, { evidence }]) => {
    // What was said before it lost its sessions counts for nothing.
    const said = newestFirst(evidence);
    const lost = said.findIndex(({ bgp }) => pathOf(bgp) === 'none');
    const ends = said
      .slice(0, lost === -1 ? undefined : lost)
      .filter(({ bgp }) => pathOf(bgp) === 'path')
      .map((statement) => statement.at + (statement.by === 'itself' ? CLAIM_FRESH_MS : PROBE_FRESH_MS));
    const left = Math.max(...ends, 0) - seen.at;
    if (left <= 0) return [];
    return [`${name} counts as having a path for another ${duration(left)}, if the probe hears nothing new of it`];
  });
}

function at({ until, leftS }: { readonly until: string; readonly leftS: number }): string {
  return `${moment(Date.parse(until))} (in ${duration(leftS * 1000)})`;
}
