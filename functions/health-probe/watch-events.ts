import { eventsOf } from '#failover/evacuation.ts';
import type { Observation } from '#failover/observation.ts';
import { type AnnouncedEvent, isSameTime, type ScheduledEvent, stageOf } from '#failover/scheduled-event.ts';
import { type ManagedRouter, routersOf } from '#failover/site.ts';
import { announceEvent } from '#functions/announce-event.ts';
import type { ProbePorts } from './ports.ts';

/** What was told is forgotten so long after the event, or after it was told where AWS names no time. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;

/**
 * Tells people of each scheduled event of the routers' instances: when it becomes known, when its time changes, and when it is
 * near. What EventBridge delivers route-swap has told at once; this tells of it when it is near.
 */
export async function watchEvents(observation: Observation, ports: ProbePorts): Promise<void> {
  const { site, stored, at } = observation;
  const before = stored.announcedEvents;
  const news = routersOf(site).flatMap((router) =>
    eventsOf(observation, router)
      .map((event) => ({ router, event, told: announcementOf(router, event, at) }))
      .filter(({ event, told }) => isNews(told, event, before)),
  );
  if (news.length === 0) return;
  const kept = before.filter((told) => (told.notBefore ?? told.at) + REMEMBERED_MS > at);
  if (!(await ports.store.setAnnouncedEvents([...kept, ...news.map(({ told }) => told)], before))) return;
  for (const { router, event } of news)
    await announceEvent(router, event, observation, lastAnnounced(router, event, before), ports);
}

function announcementOf({ eni }: ManagedRouter, event: ScheduledEvent, at: number): AnnouncedEvent {
  return { eni, code: event.code, notBefore: event.notBefore, stage: stageOf(event, at), at };
}

/** What is near was never only announced before: nobody is told of it twice in a row. */
function isNews(
  { eni, code, notBefore, stage }: AnnouncedEvent,
  event: ScheduledEvent,
  before: readonly AnnouncedEvent[],
): boolean {
  if (event.deliveredAt !== undefined && stageOf(event, event.deliveredAt) === stage) return false;
  const same = before.filter((told) => told.eni === eni && told.code === code && isSameTime(told.notBefore, notBefore));
  return !same.some((told) => told.stage === stage || told.stage === 'near');
}

/** The time that people were told last. */
function lastAnnounced(
  { eni }: ManagedRouter,
  { code }: ScheduledEvent,
  before: readonly AnnouncedEvent[],
): number | undefined {
  return before.findLast((told) => told.eni === eni && told.code === code)?.notBefore;
}
