import { eventsOf } from '#failover/evacuation.ts';
import type { Observation } from '#failover/observation.ts';
import { type AnnouncedEvent, isSameTime, type ScheduledEvent, stageOf } from '#failover/scheduled-event.ts';
import { type ManagedRouter, routersOf } from '#failover/site.ts';
import { announceEvent } from '#functions/announce-event.ts';
import type { ProbePorts } from './ports.ts';

/** An announcement is stored this long after the event's time, or after the announcement if AWS states no time. */
const ANNOUNCED_KEPT_MS = 7 * 24 * 3_600_000;

/**
 * Announces each scheduled event of the routers' instances: when it becomes known, when its time changes, and when it is near.
 * route-swap announces at once an event that EventBridge delivers; this function announces it again when it is near.
 */
export async function watchEvents(observation: Observation, ports: ProbePorts): Promise<void> {
  const { site, stored, at } = observation;
  const before = stored.announcedEvents;
  const news = routersOf(site).flatMap((router) =>
    eventsOf(observation, router)
      .map((event) => ({ router, event, announcement: announcementOf(router, event, at) }))
      .filter(({ event, announcement }) => isNews(announcement, event, before)),
  );
  if (news.length === 0) return;
  const kept = before.filter((each) => (each.notBefore ?? each.at) + ANNOUNCED_KEPT_MS > at);
  if (!(await ports.store.setAnnouncedEvents([...kept, ...news.map(({ announcement }) => announcement)], before)))
    return;
  for (const { router, event } of news)
    await announceEvent(router, event, observation, lastAnnounced(router, event, before), ports);
}

function announcementOf({ eni }: ManagedRouter, event: ScheduledEvent, at: number): AnnouncedEvent {
  return { eni, code: event.code, notBefore: event.notBefore, stage: stageOf(event, at), at };
}

/** An event that is already near when it becomes known is announced once, as near. */
function isNews(
  { eni, code, notBefore, stage }: AnnouncedEvent,
  event: ScheduledEvent,
  before: readonly AnnouncedEvent[],
): boolean {
  if (event.deliveredAt !== undefined && stageOf(event, event.deliveredAt) === stage) return false;
  const same = before.filter((each) => each.eni === eni && each.code === code && isSameTime(each.notBefore, notBefore));
  return !same.some((each) => each.stage === stage || each.stage === 'near');
}

/** The time in the last announcement of the event. */
function lastAnnounced(
  { eni }: ManagedRouter,
  { code }: ScheduledEvent,
  before: readonly AnnouncedEvent[],
): number | undefined {
  return before.findLast((each) => each.eni === eni && each.code === code)?.notBefore;
}
