import { shortClause } from './clause.ts';
import { factsOf, holdsRoutes, type Observation } from './observation.ts';
import type { ScheduledEvent } from './scheduled-event.ts';
import { type ManagedRouter, peerOf } from './site.ts';
import { utcTime } from './utc-time.ts';

/** The routes leave an instance so long before its scheduled event, if the policy lets them; a spot instance's at once. */
export const EVACUATE_BEFORE_MS = 15 * 60_000;
/** Two events less than this apart are at the same time: the first router may not be back when the second one goes. */
const AT_THE_SAME_TIME_MS = 30 * 60_000;

/** The owner's instance is about to be stopped or cut off, and its peer's is not. */
export interface Evacuation {
  readonly event: ScheduledEvent;
  /** A clause. */
  readonly says: string;
}

/**
 * Should the routes leave this router before its scheduled event? Once for each event: routes that came to it when the event was
 * as near already stay, for a person or a failure of its peer brought them.
 *
 * @returns undefined: no; the policy leaves it to people, nothing is due, or its peer has an event at the same time
 */
export function evacuationOf(observation: Observation, holder: ManagedRouter): Evacuation | undefined {
  const { site, stored, at } = observation;
  if (site.policy.evacuate !== 'automatic') return undefined;
  const cameAt = stored.lastTarget === holder.eni ? (stored.lastBeganAt ?? 0) : Number.NEGATIVE_INFINITY;
  // One that the routes stay in spite of hides none that comes after it.
  const event = eventsOf(observation, holder).find((each) => isDue(each.notBefore, at) && cameAt < dueSince(each));
  if (event?.notBefore === undefined || isAtRisk(observation, peerOf(site, holder), event.notBefore)) return undefined;
  return { event, says: eventClause(observation, holder, event) };
}

/** When it was so near, and known, ms since the epoch. */
function dueSince({ notBefore = 0, deliveredAt = Number.NEGATIVE_INFINITY }: ScheduledEvent): number {
  return Math.max(notBefore - EVACUATE_BEFORE_MS, deliveredAt);
}

/** What AWS has announced to do to the router's instance, the next first. */
export function eventsOf(observation: Observation, router: ManagedRouter): readonly ScheduledEvent[] {
  const when = ({ notBefore = Number.POSITIVE_INFINITY }: ScheduledEvent) => notBefore;
  return (factsOf(observation, router).events ?? []).toSorted((a, b) => Math.sign(when(a) - when(b)) || 0);
}

/**
 * Has the router an event of its own at about that time, or one that is overdue when the other is due? Of one that comes long
 * before it is back by then.
 */
function isAtRisk(observation: Observation, router: ManagedRouter, time: number): boolean {
  const { at } = observation;
  const [from, until] = [time - AT_THE_SAME_TIME_MS, Math.max(time, at) + AT_THE_SAME_TIME_MS];
  const isOverdue = (notBefore: number) => notBefore <= at && isDue(time, at);
  return eventsOf(observation, router).some(
    ({ notBefore }) => notBefore !== undefined && notBefore <= until && (notBefore >= from || isOverdue(notBefore)),
  );
}

function isDue(notBefore: number | undefined, now: number): boolean {
  return notBefore !== undefined && notBefore - now <= EVACUATE_BEFORE_MS;
}

/** When a switchover to this router is of use, where it has an event of its own before that time; empty: at once. */
function whatComesFirst(observation: Observation, router: ManagedRouter, time: number): string {
  const event = eventsOf(observation, router).find(({ notBefore }) => notBefore !== undefined && notBefore < time);
  if (event?.notBefore === undefined) return '';
  return `once ${event.code} of ${router.name} (not before ${utcTime(event.notBefore)}) is over`;
}

/** A clause: what, when, and whose. */
export function eventClause(
  observation: Observation,
  router: ManagedRouter,
  { code, description, notBefore }: ScheduledEvent,
): string {
  const { name } = router;
  const instance = factsOf(observation, router).attachedTo ?? router.instance;
  const when = notBefore === undefined ? 'at a time that it does not say' : `not before ${utcTime(notBefore)}`;
  const words = description === '' ? '' : ` (${shortClause(description)})`;
  return `AWS announced ${code} for the instance of ${name} (${instance}), ${when}${words}`;
}

/** What a person should know and do about a scheduled event, as a sentence. */
export function adviceOn(observation: Observation, router: ManagedRouter, event: ScheduledEvent): string {
  const { site } = observation;
  const peer = peerOf(site, router);
  const says = eventClause(observation, router, event);
  if (!holdsRoutes(observation, router)) {
    return `${says}. It holds no routes: nothing to move, but ${site.name} has nobody to fail over to until it is back.`;
  }
  const time = event.notBefore ?? observation.at;
  const first = whatComesFirst(observation, peer, time);
  const move = `vyos-failover switchover ${site.name} --to ${peer.name} --reason "${event.code} of ${router.name}"`;
  if (isAtRisk(observation, peer, time)) {
    const both = `${says}. ${peer.name} has an event of its own at about that time`;
    return event.code === 'spot-interruption'
      ? `${both}, and a spot interruption cannot be moved: move that of ${peer.name}, if it can be, then ${move}.`
      : `${both}, so a switchover alone does not help: move one of the two events.`;
  }
  if (site.policy.evacuate === 'manual' || site.policy.mode !== 'automatic' || event.notBefore === undefined) {
    return `${says}. It holds the routes; ${first === '' ? '' : `${first}, `}harmless after: ${move}.`;
  }
  const when = isDue(time, observation.at) ? 'now' : `${EVACUATE_BEFORE_MS / 60_000} minutes before`;
  return `${says}. It holds the routes, which move to ${peer.name} by themselves ${when}, if it is fit then; sooner${first === '' ? '' : `, ${first}`}: ${move}.`;
}
