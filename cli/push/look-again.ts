import type { PushPlan } from '#contracts/push-plan.ts';
import { askForPlan } from '../ask/config-push.ts';
import { CommandError } from '../output/command-error.ts';
import { isInterrupted, type Pushing } from './answered.ts';
import { isCompared } from './router-states.ts';
import type { Planned } from './steps.ts';

const TRIES = 3;
const EVERY_MS = 2_000;

/**
 * Reads what all routers have after a push; where one does not tell, up to three times.
 *
 * @returns by site; those that could not be asked are left out
 */
export async function lookAgain(planned: readonly Planned[], pushing: Pushing): Promise<ReadonlyMap<string, PushPlan>> {
  const plans = await Promise.all(
    planned.map(async ({ where }) => [where.site.name, await read(where, pushing, TRIES)] as const),
  );
  return new Map(plans.flatMap(([site, plan]) => (plan === undefined ? [] : [[site, plan] as const])));
}

async function read(where: Planned['where'], pushing: Pushing, tries: number): Promise<PushPlan | undefined> {
  const plan = await readOnce(where, pushing);
  if (plan?.routers.every(isCompared) === true || tries === 1 || isInterrupted(pushing)) return plan;
  await pushing.cli.environment.sleep(EVERY_MS, pushing.cli.io.signal);
  return (await read(where, pushing, tries - 1)) ?? plan;
}

/** Ctrl-C ends a reading that has begun; the one after it is short, and is not ended by it. */
async function readOnce(where: Planned['where'], pushing: Pushing): Promise<PushPlan | undefined> {
  const wasInterrupted = isInterrupted(pushing);
  try {
    return await askForPlan(where, pushing.request, pushing.cli);
  } catch (error) {
    if (isInterrupted(pushing) && !wasInterrupted) return readOnce(where, pushing);
    if (!(error instanceof CommandError)) throw error;
    return undefined;
  }
}
