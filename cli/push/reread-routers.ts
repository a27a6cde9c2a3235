import type { PushPlan } from '#contracts/push-plan.ts';
import { CommandError } from '../output/command-error.ts';
import { isInterrupted, type PushContext } from './request-outcome.ts';
import { askForPlan } from './requests.ts';
import { wasRead } from './router-states.ts';
import type { PlannedSite } from './steps.ts';

const TRIES = 3;
const EVERY_MS = 2_000;

/**
 * Reads what all routers run after a push; up to three times where a router could not be read.
 *
 * @returns by site; sites that did not answer are left out
 */
export async function rereadRouters(
  planned: readonly PlannedSite[],
  pushing: PushContext,
): Promise<ReadonlyMap<string, PushPlan>> {
  const plans = await Promise.all(
    planned.map(async ({ where }) => [where.site.name, await read(where, pushing, TRIES)] as const),
  );
  return new Map(plans.flatMap(([site, plan]) => (plan === undefined ? [] : [[site, plan] as const])));
}

async function read(where: PlannedSite['where'], pushing: PushContext, tries: number): Promise<PushPlan | undefined> {
  const plan = await readOnce(where, pushing);
  if (plan?.routers.every(wasRead) === true || tries === 1 || isInterrupted(pushing)) return plan;
  await pushing.cli.environment.sleep(EVERY_MS, pushing.cli.io.signal);
  return (await read(where, pushing, tries - 1)) ?? plan;
}

/** Ctrl-C ends a reading that has begun; the one after it is short and is not interrupted. */
async function readOnce(where: PlannedSite['where'], pushing: PushContext): Promise<PushPlan | undefined> {
  const wasInterrupted = isInterrupted(pushing);
  try {
    return await askForPlan(where, pushing.request, pushing.cli);
  } catch (error) {
    if (isInterrupted(pushing) && !wasInterrupted) return readOnce(where, pushing);
    if (!(error instanceof CommandError)) throw error;
    return undefined;
  }
}
