import { runbookOf } from '#contracts/alarms.ts';
import type { FailoverDetail } from '#contracts/events.ts';
import type { SiteSeverity } from '#failover/stored-state.ts';
import { utcTime } from '#failover/utc-time.ts';
import { durationText } from '../duration.ts';
import type { Condition } from '../memory.ts';
import { type Message, type NotifiedSite, peerOf } from '../message.ts';
import type { Refusal } from '../news/refusals.ts';

interface FailoverEvent {
  readonly id: string;
  readonly at: number;
  readonly detail: FailoverDetail;
}

/** All routes are at a router that has taken over from a failed one. */
export function completedMessage(event: FailoverEvent, before: Condition | undefined, site: NotifiedSite): Message {
  const { detail } = event;
  const owner = detail.owner ?? 'the other router';
  const failed = peerOf(site, detail.owner);
  const isBack = owner === site.routers[0];
  return {
    ...common(event),
    label: 'DEGRADED',
    title: `${owner} took over from ${failed}`,
    facts: [...movedFacts(event), ...downFacts(before?.downSince, event.at), ...doubtFacts(detail)],
    next: [
      `${failed} has failed. Until it is fit again, ${site.name} cannot fail over.`,
      `vyos-failover explain ${site.name}`,
      ...(isBack
        ? []
        : [`When ${failed} is fit, the routes can move back:`, `vyos-failover failback ${site.name} --reason TEXT`]),
    ],
    runbook: runbookOf('failover-happened'),
    isUrgent: before?.downSince !== undefined,
  };
}

/** A switchover, a failback or an evacuation. */
export function movedByPlanMessage(
  event: FailoverEvent,
  wasDownSince: number | undefined,
  site: NotifiedSite,
): Message {
  const { detail, at } = event;
  const owner = detail.owner ?? 'the other router';
  const title: Readonly<Record<string, string>> = {
    failback: `failback to ${owner} is done`,
    evacuation: `routes moved to ${owner} before an AWS event`,
    'finish-swap': `the swap to ${owner} is finished`,
    'give-up-swap': `routes stay at ${owner}, an unfinished swap is given up`,
  };
  return {
    ...common(event),
    label: 'INFO',
    title: title[detail.reason] ?? `switchover to ${owner} is done`,
    facts: [...movedFacts(event), ...downFacts(wasDownSince, at), ...doubtFacts(detail)],
    next: detail.reason === 'evacuation' ? [`vyos-failover explain ${site.name}`] : [],
    isUrgent: wasDownSince !== undefined,
  };
}

/** A rule, a pause or `mode: observe` kept the routes where they are. */
export function notMovedMessage(event: FailoverEvent, refusal: Refusal, site: NotifiedSite): Message {
  const { severity, title, next, byHand } = refusal;
  const move = `vyos-failover switchover ${site.name} --to ${peerOf(site, event.detail.owner)} --reason TEXT`;
  return {
    ...common(event),
    label: severity === 'down' ? 'DOWN' : 'DEGRADED',
    title,
    facts: [
      ['Since', utcTime(event.at)],
      ['Routes at', event.detail.owner ?? 'both routers'],
      ['Reason', event.detail.reason],
    ],
    next: [
      `vyos-failover explain ${site.name}`,
      ...next,
      ...(byHand === undefined ? [] : [byHand === 'permitted' ? move : `${move} --override ${byHand}`]),
    ],
    runbook: runbookOf('failover-refused'),
    isUrgent: severity === 'down',
  };
}

/** Some routes have not moved, or the site could not be observed. */
export function partialMessage(event: FailoverEvent, severity: SiteSeverity, site: NotifiedSite): Message {
  const { detail, at } = event;
  const { remaining, moved } = detail.counts;
  const first = detail.remaining.slice(0, 3).map(({ table, destination, why }) => `${table} ${destination}: ${why}`);
  const routes = remaining === 1 ? '1 route has' : `${remaining} routes have`;
  return {
    ...common(event),
    label: severity === 'down' ? 'DOWN' : 'DEGRADED',
    title: remaining === 0 ? 'a failover could not be carried out' : `${routes} not moved`,
    facts: [
      ['Since', utcTime(at)],
      ['Moved', `${moved} of ${moved + remaining} routes`],
      ...first.map((route) => ['Not moved', route] as const),
    ],
    next: [
      'The probe tries again every minute, always towards the same router.',
      `vyos-failover history ${site.name}`,
      `vyos-failover explain ${site.name}`,
    ],
    runbook: runbookOf('failover-partial'),
    isUrgent: severity === 'down',
  };
}

function common({ id, at, detail }: FailoverEvent) {
  return {
    id,
    what: detail.says,
    ids: [`swap ${detail.epoch}`, `trigger ${detail.id}`, `event ${id}`],
    at,
  };
}

function movedFacts({ at, detail: { counts, tookMs, detector, reason } }: FailoverEvent): Message['facts'] {
  const routes = counts.moved === 1 ? '1 route' : `${counts.moved} routes`;
  return [
    ['When', utcTime(at)],
    ['Moved', `${routes} in ${(tookMs / 1000).toFixed(1)} s`],
    ['Cause', `${reason} (${detector})`],
  ];
}

function downFacts(downSince: number | undefined, at: number): Message['facts'] {
  return downSince === undefined ? [] : [['Down', `for ${durationText(at - downSince)}, since ${utcTime(downSince)}`]];
}

/** What an operator must check after a swap. */
function doubtFacts({ counts, foreign, lockBypassed }: FailoverDetail): Message['facts'] {
  const names = foreign.slice(0, 3).map(({ table, destination }) => `${table} ${destination}`);
  return [
    ...(counts.foreign === 0 ? [] : [['Not at the pair', names.join(', ')] as const]),
    ...(lockBypassed
      ? [['Check', 'the table did not answer, so the swap had no lease: are all routes at one router?'] as const]
      : []),
  ];
}
