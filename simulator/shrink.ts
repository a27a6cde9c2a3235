import type { Schedule } from './schedule.ts';

/** Whether a schedule still violates the same invariant. */
type Fails = (schedule: Schedule) => Promise<boolean>;

/**
 * The smallest schedule that still fails: no event, route or special setting of it can be removed. Tries the larger cuts first, and
 * again from the start after each that holds.
 */
export async function shrink(schedule: Schedule, fails: Fails): Promise<Schedule> {
  for (const smaller of candidates(schedule)) {
    if (await fails(smaller)) return shrink(smaller, fails);
  }
  return schedule;
}

function* candidates(schedule: Schedule): Generator<Schedule> {
  const { events, routes } = schedule;
  for (let size = events.length >> 1; size >= 1; size >>= 1) {
    for (let start = 0; start < events.length; start += size) {
      yield { ...schedule, events: events.toSpliced(start, size) };
    }
  }
  if (schedule.tables > 1) yield { ...schedule, tables: 1 };
  for (let size = routes.length >> 1; size >= 1; size >>= 1) {
    const fewer = routes.slice(0, routes.length - size);
    if (fewer.length > 0) yield { ...schedule, routes: fewer };
  }
  if (routes.some((place) => place !== 'a')) yield { ...schedule, routes: routes.map(() => 'a') };
  if (schedule.farUnderTest) yield { ...schedule, farUnderTest: false };
  if (schedule.witnesses) yield { ...schedule, witnesses: false };
  if (schedule.twoPhase === true) yield { ...schedule, twoPhase: false };
  if (schedule.coldStartMs !== undefined) yield { ...schedule, coldStartMs: undefined };
  if (schedule.pageItems < 100) yield { ...schedule, pageItems: 100 };
  if (schedule.heartbeatMs !== undefined) yield { ...schedule, heartbeatMs: undefined };
  if (schedule.muteAtEnd !== undefined) yield { ...schedule, muteAtEnd: undefined };
  if (schedule.deadHow !== 'stopped') yield { ...schedule, deadHow: 'stopped' };
  if (schedule.deadAtEnd !== undefined) yield { ...schedule, deadAtEnd: undefined };
}
