import type { EventDetail } from '#contracts/events.ts';
import { utcTime } from '#failover/utc-time.ts';
import type { Message, NotifiedSite } from '../message.ts';

interface Event<Type extends 'Router Event Scheduled' | 'Pause Ending' | 'Pause Ended' | 'Config Pushed'> {
  readonly id: string;
  readonly at: number;
  readonly detail: EventDetail<Type>;
}

/** AWS is going to do something to a router's instance. */
export function scheduledMessage(event: Event<'Router Event Scheduled'>, site: NotifiedSite): Message {
  const { router, code, notBefore, holdsRoutes, evacuate, instance, description } = event.detail;
  const when = notBefore === undefined ? '' : `, ${minuteText(Date.parse(notBefore))}`;
  const peer = site.routers.find((name) => name !== router) ?? router;
  const moves = `vyos-failover switchover ${site.name} --to ${peer} --reason "${code} of ${router}"`;
  const next = !holdsRoutes
    ? [`${router} does not hold the routes: no route has to move.`]
    : evacuate === 'automatic'
      ? ['The routes move by themselves before it, if the other router is fit.']
      : ['Move the routes before it:', moves];
  return {
    ...common(event),
    title: `AWS ${code} of ${router}${when}`,
    facts: [
      ['When', notBefore === undefined ? 'AWS states no time' : utcTime(Date.parse(notBefore))],
      ['AWS says', description],
    ],
    next,
    runbook: 'docs/operations.md#when-aws-announces-something',
    ids: [`instance ${instance}`, `event ${event.id}`],
  };
}

/** A pause ends soon. */
export function pauseEndingMessage(event: Event<'Pause Ending'>, site: NotifiedSite): Message {
  const until = Date.parse(event.detail.until);
  return {
    ...common(event),
    title: `pause ends at ${minuteText(until).slice(6)}`,
    facts: pauseFacts(event.detail),
    next: ['To pause for longer:', `vyos-failover pause ${site.name} --for 30m --reason TEXT`],
  };
}

/** A pause is over. */
export function pauseEndedMessage(event: Event<'Pause Ended'>): Message {
  return { ...common(event), title: 'pause is over', facts: pauseFacts(event.detail), next: [] };
}

/** A push of a configuration is complete. */
export function pushedMessage(event: Event<'Config Pushed'>): Message {
  const { routers, by, id } = event.detail;
  return {
    ...common(event),
    title: `configuration pushed to ${routers.join(' and ')}`,
    facts: [
      ['When', utcTime(event.at)],
      ['By', by],
    ],
    next: [],
    ids: [`push ${id}`, `event ${event.id}`],
  };
}

/** An event that this version cannot read. */
export function unreadableMessage(
  { id, at, type, says }: { readonly id: string; readonly at: number; readonly type: string; readonly says: string },
  site: NotifiedSite,
): Message {
  const how = { label: 'DEGRADED', title: type.replaceAll(/[^ -~]/g, '?'), facts: [['When', utcTime(at)]] } as const;
  const next = [`vyos-failover explain ${site.name}`];
  return { ...how, id, at, what: says, next, ids: [`event ${id}`], isUrgent: false };
}

function common({
  id,
  at,
  detail,
}: {
  readonly id: string;
  readonly at: number;
  readonly detail: { readonly says: string };
}) {
  return {
    id,
    label: 'INFO',
    what: detail.says,
    ids: [`event ${id}`],
    at,
    isUrgent: false,
  } as const;
}

function pauseFacts({ by, reason, until }: EventDetail<'Pause Ended'>): Message['facts'] {
  return [
    ['Until', utcTime(Date.parse(until))],
    ['By', by],
    ['Reason', reason],
  ];
}

/** `12-01 03:00Z` */
function minuteText(ms: number): string {
  return `${utcTime(ms).slice(5, 16)}Z`;
}
