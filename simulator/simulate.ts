import { applyEvent } from './apply-event.ts';
import { runConvergencePhase } from './convergence-phase.ts';
import { FAULT_PHASE_MS } from './draw-schedule.ts';
import type { Schedule } from './schedule.ts';
import type { Violation } from './site-record.ts';
import { type Options, World } from './world.ts';

/** More steps than any schedule takes; reaching it means an endless loop. */
const MOST_STEPS = 400_000;

/** The result of a schedule. */
export interface Outcome {
  readonly violation: Violation | undefined;
  /** Virtual ms from the end of the faults to one owner; undefined: not reached. */
  readonly convergedAfterMs: number | undefined;
  readonly swaps: number;
  readonly steps: number;
  readonly timeline: readonly string[];
}

/** Runs one schedule to its end, or to the first broken invariant. The same schedule gives the same outcome. */
export async function simulate(schedule: Schedule, options: Options = {}): Promise<Outcome> {
  const world = new World(schedule, options);
  await run(world);
  const { violation, convergedAfterMs, timeline } = world;
  const swaps = world.underTest.reduce((sum, { record }) => sum + record.swaps.length, 0);
  return { violation, convergedAfterMs, swaps, steps: world.time.steps, timeline };
}

async function run(world: World): Promise<void> {
  const { schedule, time, truth } = world;
  for (const site of world.underTest) void site.record;
  world.startRouters();
  truth.update();
  for (const event of schedule.events) time.after(event.at, () => applyEvent(event, world));
  for (const site of world.underTest) time.after(schedule.probeAt, () => site.scheduleProbes());
  time.after(FAULT_PHASE_MS, () => void runConvergencePhase(world));
  await time.run(() => world.over || world.violation !== undefined || time.steps > MOST_STEPS);
  if (time.steps > MOST_STEPS)
    world.sites.tokyo.record.break('terminates', `after ${MOST_STEPS} steps the schedule has not ended`);
}
