import type { SiteStatus } from '#contracts/site-status.ts';
import { pathOf } from '#failover/bgp-counts.ts';
import { newestFirst } from '#failover/fitness.ts';
import { CLAIM_FRESH_MS, PROBE_FRESH_MS, SWAP_COUNT_PERIOD_MS, WITNESSES_AGAINST_VETO } from '#failover/limits.ts';
import { routeName } from '#failover/site.ts';
import type { UnfinishedSwap } from '#failover/stored-state.ts';
import { counted } from '../output/counted.ts';
import type { NextCommand } from '../output/next-command.ts';
import { deadline, duration, utcTime } from '../output/time.ts';
import type { SiteView } from './site-view.ts';

/** What would change the decision: the passing of time, an event, or an operator. One clause each. */
export function whatWouldChange(site: SiteView, status: SiteStatus, next: NextCommand): readonly string[] {
  const { seen, diagnosis } = status;
  return [
    ...diagnosisEnds(status, site.name, next),
    ...(diagnosis.targetFitness.fit
      ? []
      : [
          `${diagnosis.target.name} can take the routes when it is proven fit: ${diagnosis.targetFitness.unfit.join('; ')}`,
        ]),
    ...(site.pause === null
      ? []
      : [`the pause ends at ${at(site.pause)}; to end it now, run ${next('resume', site.name)}`]),
    ...(site.holdDown === null ? [] : [`hold-down ends at ${at(site.holdDown)}; an operator can override it`]),
    ...fullHour(site, seen.stored.automaticSwaps),
    ...(site.mode === 'automatic'
      ? []
      : [`policy.mode is ${site.mode} in the topology: set it to automatic and deploy`]),
    ...evidenceExpiries(status),
    ...(seen.stored.leasedUntil !== undefined && seen.stored.leasedUntil > seen.at
      ? [`the swap in progress ends; its lease expires in ${duration(seen.stored.leasedUntil - seen.at)}`]
      : []),
    ...(seen.stored.reachable
      ? []
      : ["the site's DynamoDB table answers again; an operator can override memory-unreachable"]),
  ];
}

function diagnosisEnds({ diagnosis, decision, seen }: SiteStatus, site: string, next: NextCommand): readonly string[] {
  if (decision.reason === 'one-probe-only') {
    return [`the next probe round, within a minute: the same result moves the routes to ${diagnosis.target.name}`];
  }
  if (decision.reason === 'owner-healthy') {
    return [`${WITNESSES_AGAINST_VETO} witnesses other than its peer outweigh the claim of ${diagnosis.subject.name}`];
  }
  if (diagnosis.kind === 'OwnerDetoured')
    return ['a switchover, or the recovery of the tunnels, restores the direct path'];
  if (diagnosis.kind === 'SwapUnfinished') return [nextAttempt(seen.stored.unfinished)];
  if (diagnosis.kind === 'RoutesSplit')
    return [
      `an operator moves all routes to one router: ${next('switchover', site, '--to', 'ROUTER', '--reason', 'TEXT')}`,
    ];
  if (diagnosis.kind === 'NoRouteOfThePair') return ['an operator points a managed route at a router of the pair'];
  return [];
}

/** The probe tries again every minute; what EC2 refused before, it refuses until its reason is removed. */
function nextAttempt(unfinished: UnfinishedSwap | undefined): string {
  const { count = 0, routes = [] } = unfinished?.remaining ?? {};
  const [first] = routes;
  if (first === undefined) return 'the next probe round, within a minute, tries to finish the swap';
  const which = count === 1 ? 'the route that is' : `the ${count} routes that are`;
  return `the next probe round, within a minute, tries again to move ${which} not at the target; EC2 refused ${routeName(first)}: ${first.why}`;
}

function fullHour(site: SiteView, swaps: readonly number[]): readonly string[] {
  const { automaticSwapsInTheLastHour: count, maxSwapsPerHour } = site;
  if (count < maxSwapsPerHour) return [];
  const oldest = swaps.toSorted((a, b) => b - a)[maxSwapsPerHour - 1];
  const until = oldest === undefined ? '' : ` until ${utcTime(oldest + SWAP_COUNT_PERIOD_MS)}`;
  return [
    `${counted(count, 'automatic swap')} in the last hour reached the limit of the policy${until}; an operator can switch over`,
  ];
}

/** When the newest evidence of each router's path expires: without fresh evidence a router is not fit. */
function evidenceExpiries({ seen }: SiteStatus): readonly string[] {
  return Object.entries(seen.routers).flatMap(([name, { evidence }]) => {
    // Evidence from before the router lost its sessions does not count.
    const ordered = newestFirst(evidence);
    const lost = ordered.findIndex(({ bgp }) => pathOf(bgp) === 'none');
    const ends = ordered
      .slice(0, lost === -1 ? undefined : lost)
      .filter(({ bgp }) => pathOf(bgp) === 'path')
      .map(({ at: readAt, by }) => readAt + (by === 'itself' ? CLAIM_FRESH_MS : PROBE_FRESH_MS));
    const left = Math.max(...ends, 0) - seen.at;
    if (left <= 0) return [];
    return [
      `the evidence that ${name} has a path expires in ${duration(left)}, unless the probe or the router renews it`,
    ];
  });
}

function at({ until, leftS }: { readonly until: string; readonly leftS: number }): string {
  return deadline(until, leftS);
}
