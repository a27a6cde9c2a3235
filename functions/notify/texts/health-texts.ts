import { runbookOf } from '#contracts/alarms.ts';
import type { EventDetail } from '#contracts/events.ts';
import type { DiagnosisKind } from '#failover/diagnosis.ts';
import type { SiteSeverity } from '#failover/stored-state.ts';
import { utcTime } from '#failover/utc-time.ts';
import { durationText } from '../duration.ts';
import type { Condition } from '../memory.ts';
import { type Message, type NotifiedSite, peerOf } from '../message.ts';

/** Problems that a message lists. */
const LISTED = 5;

/** The probe has found the site degraded, or down. */
export function degradedMessage(
  { id, at, detail }: { readonly id: string; readonly at: number; readonly detail: EventDetail<'Site Degraded'> },
  severity: SiteSeverity,
  before: Condition | undefined,
  site: NotifiedSite,
): Message {
  const owner = detail.owner ?? site.routers[0];
  const peer = peerOf(site, owner);
  const isUp = before?.downSince !== undefined && severity === 'degraded';
  const since = before?.since ?? (detail.since === undefined ? at : Date.parse(detail.since));
  return {
    id,
    label: severity === 'down' ? 'DOWN' : 'DEGRADED',
    title: `${isUp ? 'no longer down, but ' : ''}${titleOf(detail.diagnosis, severity, owner, peer)}`,
    what: detail.problems.length === 0 ? detail.says : problemsText(detail.problems),
    facts: [
      ['Since', utcTime(since)],
      ...(isUp ? [['Down', `for ${durationText(at - (before.downSince ?? at))}`] as const] : []),
      ['Routes at', detail.diagnosis === 'RoutesSplit' ? 'both routers' : owner],
    ],
    next: nextAfter(detail.diagnosis, severity, { site: site.name, owner, peer }),
    runbook: runbookOf('not-ready'),
    ids: [`diagnosis ${detail.diagnosis}`, `event ${id}`],
    at,
    isUrgent: severity === 'down' || isUp,
  };
}

/** The site can fail over again. */
export function recoveredMessage({
  id,
  at,
  since,
  downSince,
  detail,
}: {
  readonly id: string;
  readonly at: number;
  readonly since: number | undefined;
  readonly downSince: number | undefined;
  readonly detail: { readonly says: string };
}): Message {
  const wasDown = downSince !== undefined;
  const lasted =
    since === undefined ? '' : ` (${wasDown ? 'down' : 'degraded'} ${durationText(at - (downSince ?? since))})`;
  return {
    id,
    label: 'OK',
    title: `${wasDown ? 'traffic flows, ' : ''}can fail over again${lasted}`,
    what: detail.says,
    facts: [
      ...(since === undefined ? [] : [['Degraded', `from ${utcTime(since)} to ${utcTime(at)}`] as const]),
      ...(wasDown ? [['Down', `for ${durationText(at - downSince)}`] as const] : []),
    ],
    next: [],
    ids: [`event ${id}`],
    at,
    isUrgent: wasDown,
  };
}

function problemsText(problems: readonly string[]): string {
  const more = problems.length - LISTED;
  const listed = problems.slice(0, LISTED).map((problem) => `- ${problem}`);
  return [...listed, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function titleOf(diagnosis: string, severity: SiteSeverity, owner: string, peer: string): string {
  const isDown = severity === 'down';
  const titles: Partial<Record<DiagnosisKind, string>> = {
    Healthy: isDown ? ROUTE_LOST : 'a failover would not work',
    StandbyUnfit: isDown ? `${ROUTE_LOST}, and standby ${peer} is not fit` : `standby ${peer} is not fit`,
    OwnerDetoured: `tunnels of ${owner} down, traffic goes over ${peer}`,
    OwnerImpaired: `EC2 status check of owner ${owner} fails`,
    OwnerUnfit: isDown ? `owner ${owner} has no path` : `owner ${owner} cannot be verified`,
    BothUnfit: isDown ? 'neither router has a path' : 'neither router can be verified',
    RoutesSplit: 'routes are split between both routers',
    NoRouteOfThePair: 'no managed route points at the pair',
    OwnerNotRunning: `owner ${owner} is not running`,
    OwnerCannotForward: `owner ${owner} cannot forward`,
    OwnerReportedFailed: `owner ${owner} is reported failed`,
    OwnerLeft: `owner ${owner} has left`,
    OwnerWithoutPath: `owner ${owner} has no path`,
    OwnerSilent: `owner ${owner} does not answer`,
    OwnerSuspected: `owner ${owner} is suspected`,
    SwapUnfinished: 'a swap is not finished',
    SwapAbandoned: 'a swap is not finished',
  };
  return titles[diagnosis as DiagnosisKind] ?? 'it cannot fail over';
}

/** The routers can forward, so what is down is a route. */
const ROUTE_LOST = 'a managed route is missing or leads nowhere';
const RESTORE_ROUTE = ['Restore the route: explain shows the command.'];

/** What to do about it: a command first that shows the reason. */
function nextAfter(
  diagnosis: string,
  severity: SiteSeverity,
  { site, owner, peer }: { readonly site: string; readonly owner: string; readonly peer: string },
): readonly string[] {
  const switchover = `vyos-failover switchover ${site} --to ${peer} --reason TEXT`;
  const moveNow = ['If the other router works, move the routes now:', switchover];
  const isDown = severity === 'down';
  const steps: Partial<Record<DiagnosisKind, readonly string[]>> = {
    Healthy: isDown ? RESTORE_ROUTE : [`vyos-failover plan ${site}`],
    StandbyUnfit: isDown
      ? RESTORE_ROUTE
      : [`Traffic flows over ${owner}. Repair ${peer}: if ${owner} fails now, traffic is lost.`],
    OwnerDetoured: [`Traffic flows. To move the routes to ${peer}:`, switchover],
    OwnerImpaired: [`Traffic flows. To move the routes to ${peer}:`, switchover],
    RoutesSplit: ['To bring all routes to one router:', switchover],
    NoRouteOfThePair: ['Point the managed routes at a router of the pair.'],
    BothUnfit: isDown
      ? ['Repair one of the two routers; the routes then move by themselves.']
      : ['Traffic may still flow: SSM, or the agents of both routers, do not answer. Test it from a host.'],
    OwnerUnfit: isDown
      ? moveNow
      : [`Traffic may still flow over ${owner}. If it does not, move the routes:`, switchover],
  };
  return [`vyos-failover explain ${site}`, ...(steps[diagnosis as DiagnosisKind] ?? (isDown ? moveNow : []))];
}
