import { shortClause } from './clause.ts';
import { EVACUATE_BEFORE_MS, EVENTS_OVERLAP_MS } from './limits.ts';
import { factsOf, holdsRoutes, instanceOf, type Observation } from './observation.ts';
import type { ScheduledEvent } from './scheduled-event.ts';
import { type ManagedRouter, peerOf } from './site.ts';
import { utcTime } from './utc-time.ts';

/** The owner's instance has a scheduled event that is near, and its peer's has none at that time. */
export interface Evacuation {
  readonly event: ScheduledEvent;
  /** A clause. */
  readonly says: string;
}

/**
 * The evacuation that is due for this router. Routes leave once for each event: routes that were moved here when the event was
 * already this near stay, because an operator or a failure of the peer moved them.
 *
 * @returns undefined: none; the policy is manual, no event is near, or its peer has an event at the same time
 */
export function evacuationOf(observation: Observation, owner: ManagedRouter): Evacuation | undefined {
  const { site, stored, at } = observation;
  if (site.policy.evacuate !== 'automatic') return undefined;
  const cameAt = stored.lastTarget === owner.eni ? (stored.lastBeganAt ?? 0) : Number.NEGATIVE_INFINITY;
  // An event that the routes stay in spite of does not hide a later one.
  const event = eventsOf(observation, owner).find((each) => isDue(each.notBefore, at) && cameAt < dueSince(each));
  if (event?.notBefore === undefined || isAtRisk(observation, peerOf(site, owner), event.notBefore)) return undefined;
  return { event, says: eventClause(observation, owner, event) };
}

/** When the event became both known and near, ms since the epoch. */
function dueSince({ notBefore = 0, deliveredAt = Number.NEGATIVE_INFINITY }: ScheduledEvent): number {
  return Math.max(notBefore - EVACUATE_BEFORE_MS, deliveredAt);
}

/** Scheduled events of the router's instance, the earliest first. */
export function eventsOf(observation: Observation, router: ManagedRouter): readonly ScheduledEvent[] {
  const when = ({ notBefore = Number.POSITIVE_INFINITY }: ScheduledEvent) => notBefore;
  return (factsOf(observation, router).events ?? []).toSorted((a, b) => Math.sign(when(a) - when(b)) || 0);
}

/**
 * Whether the router has an event of its own that overlaps that time, or one that is overdue. After an event long before that time
 * the router is back.
 */
function isAtRisk(observation: Observation, router: ManagedRouter, time: number): boolean {
  const { at } = observation;
  const [from, until] = [time - EVENTS_OVERLAP_MS, Math.max(time, at) + EVENTS_OVERLAP_MS];
  const isOverdue = (notBefore: number) => notBefore <= at && isDue(time, at);
  return eventsOf(observation, router).some(
    ({ notBefore }) => notBefore !== undefined && notBefore <= until && (notBefore >= from || isOverdue(notBefore)),
  );
}

function isDue(notBefore: number | undefined, now: number): boolean {
  return notBefore !== undefined && notBefore - now <= EVACUATE_BEFORE_MS;
}

/** After which event of its own a switchover to this router is of use, as a clause; empty: at once. */
function afterOwnEvent(observation: Observation, router: ManagedRouter, time: number): string {
  const event = eventsOf(observation, router).find(({ notBefore }) => notBefore !== undefined && notBefore < time);
  if (event?.notBefore === undefined) return '';
  return `once ${event.code} of ${router.name} (not before ${utcTime(event.notBefore)}) is over`;
}

/** What AWS announced, for which instance, and when, as a clause. */
export function eventClause(
  observation: Observation,
  router: ManagedRouter,
  { code, description, notBefore }: ScheduledEvent,
): string {
  const { name } = router;
  const instance = instanceOf(observation, router) ?? router.eni;
  const when = notBefore === undefined ? 'at no stated time' : `not before ${utcTime(notBefore)}`;
  const words = description === '' ? '' : ` (${shortClause(description)})`;
  return `AWS announced ${code} for the instance of ${name} (${instance}), ${when}${words}`;
}

/** What an operator should know and do about a scheduled event, in sentences. */
export function adviceOn(observation: Observation, router: ManagedRouter, event: ScheduledEvent): string {
  const { site } = observation;
  const peer = peerOf(site, router);
  const says = eventClause(observation, router, event);
  if (!holdsRoutes(observation, router)) {
    return `${says}. It holds no routes, so nothing has to move, but ${site.name} cannot fail over until it is back.`;
  }
  const time = event.notBefore ?? observation.at;
  const first = afterOwnEvent(observation, peer, time);
  const move = `vyos-failover switchover ${site.name} --to ${peer.name} --reason "${event.code} of ${router.name}"`;
  if (isAtRisk(observation, peer, time)) {
    const both = `${says}. ${peer.name} has an event at about the same time`;
    return event.code === 'spot-interruption'
      ? `${both}, and a spot interruption cannot be rescheduled: reschedule that of ${peer.name} if possible, then run ${move}.`
      : `${both}, so a switchover alone does not help: reschedule one of the two events.`;
  }
  if (site.policy.evacuate === 'manual' || site.policy.mode !== 'automatic' || event.notBefore === undefined) {
    return `${says}. It holds the routes. To move them away${first === '' ? '' : ` ${first}`}: ${move}.`;
  }
  const when = isDue(time, observation.at) ? 'now' : `${EVACUATE_BEFORE_MS / 60_000} minutes before`;
  return `${says}. It holds the routes, which move to ${peer.name} automatically ${when} if it is fit then. To move them earlier${first === '' ? '' : `, ${first}`}: ${move}.`;
}
