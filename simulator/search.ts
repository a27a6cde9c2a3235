import { drawSchedule } from './draw-schedule.ts';
import type { Schedule } from './schedule.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';
import type { Violation } from './site-record.ts';
import type { Options } from './world.ts';

/** A seed that breaks an invariant. */
export interface Found {
  readonly seed: number;
  readonly violation: Violation;
}

/** Totals of many schedules. */
export interface Tally {
  readonly schedules: number;
  readonly swaps: number;
  readonly steps: number;
  /** The slowest way to one owner after the faults had ceased, virtual ms. */
  readonly slowestMs: number;
}

export const NOTHING: Tally = { schedules: 0, swaps: 0, steps: 0, slowestMs: 0 };

export function sum(a: Tally, b: Tally): Tally {
  return {
    schedules: a.schedules + b.schedules,
    swaps: a.swaps + b.swaps,
    steps: a.steps + b.steps,
    slowestMs: Math.max(a.slowestMs, b.slowestMs),
  };
}

/** Runs the schedules of some seeds, in order, up to the first that fails. */
export async function search(
  from: number,
  count: number,
  mutation?: Options['mutation'],
): Promise<{ readonly tally: Tally; readonly found: Found | undefined }> {
  let tally = NOTHING;
  for (let seed = from; seed < from + count; seed++) {
    const { violation, swaps, steps, convergedAfterMs = 0 } = await simulate(drawSchedule(seed), { mutation });
    tally = sum(tally, { schedules: 1, swaps, steps, slowestMs: convergedAfterMs });
    if (violation !== undefined) return { tally, found: { seed, violation } };
  }
  return { tally, found: undefined };
}

/** The smallest schedule with the same failure, and its timeline. */
export interface Explained {
  readonly schedule: Schedule;
  readonly violation: Violation;
  readonly timeline: readonly string[];
}

/** @throws Error if the schedule does not fail */
export async function explain(schedule: Schedule, mutation?: Options['mutation']): Promise<Explained> {
  const invariant = (await simulate(schedule, { mutation })).violation?.invariant;
  const least = await shrink(schedule, async (smaller) => {
    const { violation } = await simulate(smaller, { mutation });
    return violation !== undefined && violation.invariant === invariant;
  });
  const { violation, timeline } = await simulate(least, { mutation, verbose: true });
  if (violation === undefined) throw new Error(`schedule ${schedule.seed} breaks no invariant`);
  return { schedule: least, violation, timeline };
}
