import type { Schedule } from './schedule.ts';
import type { Explained, Tally } from './search.ts';
import type { Outcome } from './simulate.ts';

export interface ManyRun {
  readonly from: number;
  readonly tally: Tally;
  readonly seconds: number;
  /** The first failure. */
  readonly explained: Explained | undefined;
}

/** The result of a search as text or as one JSON object. */
export function report({ from, tally, seconds, explained }: ManyRun, json: boolean): string {
  const perSecond = Math.round(tally.schedules / seconds);
  if (json) {
    const failure = explained && { ...explained, seed: explained.schedule.seed };
    return line({ schema: 'vyos-failover.simulation/1', from, ...tally, seconds, perSecond, failure });
  }
  const ran = `${tally.schedules} schedules from seed ${from} in ${seconds.toFixed(1)} s (${perSecond} a second): ${tally.swaps} swaps, ${tally.steps} steps`;
  if (explained !== undefined) return `${ran}\n\n${failureOf(explained)}`;
  return `${ran}; every invariant held, one owner at most ${(tally.slowestMs / 1000).toFixed(0)} s after the faults\n`;
}

/** One schedule with its timeline. */
export function timelineOf(
  { schedule, outcome, explained }: { schedule: Schedule; outcome: Outcome; explained: Explained | undefined },
  json: boolean,
): string {
  if (json) return line({ schema: 'vyos-failover.simulated-schedule/1', schedule, ...outcome, explained });
  const { convergedAfterMs = 0, timeline } = outcome;
  if (explained !== undefined) return failureOf(explained);
  const end = `every invariant held; one owner ${(convergedAfterMs / 1000).toFixed(0)} s after the faults`;
  return `${scheduleOf(schedule)}\n${timeline.join('\n')}\n\n${end}\n`;
}

function failureOf({ schedule, violation, timeline }: Explained): string {
  return [
    `Seed ${schedule.seed} breaks "${violation.invariant}" ${(violation.at / 1000).toFixed(3)} s after its start:`,
    `  ${violation.says}`,
    '',
    'The smallest schedule that does:',
    scheduleOf(schedule),
    'Its timeline:',
    ...timeline,
    '',
  ].join('\n');
}

function scheduleOf({ events, ...schedule }: Schedule): string {
  const lines = events.map(({ at, ...event }) => `  ${(at / 1000).toFixed(3).padStart(9)} s  ${JSON.stringify(event)}`);
  return [`  ${JSON.stringify(schedule)}`, ...lines, ''].join('\n');
}

function line(object: object): string {
  return `${JSON.stringify(object)}\n`;
}
