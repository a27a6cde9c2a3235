import { CLAIM_FRESH_MS } from '#failover/claim.ts';
import { byAge, newestOf, PROBE_FRESH_MS } from '#failover/fitness.ts';
import type { SiteStatus } from '../ask/answers.ts';
import type { SiteView } from './site-view.ts';
import { duration, moment } from './time.ts';

/** What would make the decision another one: the passing of time, an event, a person. One clause each. */
export function whatWouldChange(site: SiteView, status: SiteStatus): readonly string[] {
  const { seen, diagnosis } = status;
  return [
    ...diagnosisEnds(status),
    ...(diagnosis.rescuerFitness.fit
      ? []
      : [`${diagnosis.rescuer.name} can take the routes once this ends: ${diagnosis.rescuerFitness.unfit.join('; ')}`]),
    ...(site.pause === null
      ? []
      : [`the pause ends at ${at(site.pause)}; sooner with vyos-failover resume ${site.name}`]),
    ...(site.holdDown === null ? [] : [`hold-down ends at ${at(site.holdDown)}; a person needs not wait for it`]),
    ...fullHour(site, seen.memory.automaticSwaps),
    ...(site.mode === 'automatic'
      ? []
      : [`policy.mode: ${site.mode} in the topology moves nothing; change it and deploy`]),
    ...vetoEnds(status),
    ...statementsEnd(status),
    ...(seen.memory.leasedUntil !== undefined && seen.memory.leasedUntil > seen.at
      ? [`the swap that is under way ends, or its lease does in ${duration(seen.memory.leasedUntil - seen.at)}`]
      : []),
    ...(seen.memory.reachable
      ? []
      : ["the site's DynamoDB table answers again; a person may override memory-unreachable"]),
  ];
}

function diagnosisEnds({ diagnosis, decision }: SiteStatus): readonly string[] {
  if (decision.reason === 'one-probe-only') {
    return [`the probe's next round, within a minute: the same again moves the routes to ${diagnosis.rescuer.name}`];
  }
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

/** The owner's own word protects it, for as long as it is fresh. */
function vetoEnds({ seen, owner }: SiteStatus): readonly string[] {
  const own = newestOf((seen.routers[owner ?? '']?.statements ?? []).filter(({ by }) => by === 'itself'));
  const left = own === undefined || own.established === 0 ? 0 : own.at + CLAIM_FRESH_MS - seen.at;
  return left <= 0 ? [] : [`${owner}'s own statement that it is well is a veto for another ${duration(left)}`];
}

/** A router is fit only while somebody says so. */
function statementsEnd({ seen }: SiteStatus): readonly string[] {
  return Object.entries(seen.routers).flatMap(([name, { statements }]) => {
    // What was said before it lost its sessions counts for nothing.
    const said = byAge(statements);
    const lost = said.findIndex(({ established }) => established === 0);
    const ends = said
      .slice(0, lost === -1 ? undefined : lost)
      .map((statement) => statement.at + (statement.by === 'itself' ? CLAIM_FRESH_MS : PROBE_FRESH_MS));
    const left = Math.max(...ends, 0) - seen.at;
    if (left <= 0) return [];
    return [`${name} counts as having eBGP for another ${duration(left)}, if the probe hears nothing new of it`];
  });
}

function at({ until, leftS }: { readonly until: string; readonly leftS: number }): string {
  return `${moment(Date.parse(until))} (in ${duration(leftS * 1000)})`;
}
