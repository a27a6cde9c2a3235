import type { PushResult } from '#contracts/push-result.ts';
import { affectedBy, endRouter, isInterrupted, orUnknownOutcome, type PushContext } from './request-outcome.ts';
import { askForStep } from './requests.ts';
import type { ChangingRouter } from './steps.ts';

/**
 * Changes the routers at both ends of tunnels together: all apply and verify their BGP → all still wait for
 * confirmation → they are confirmed one after the other. If one fails, or on Ctrl-C, all are rolled back; once one is
 * confirmed, the others can only be confirmed too.
 */
export async function pushTogether(routers: readonly ChangingRouter[], pushing: PushContext): Promise<PushResult[]> {
  const held = await applyAll(routers, pushing);
  if (!goesOn(held, pushing)) return rollBackAll(routers, held, pushing);
  const still = await Promise.all(routers.map((each, index) => endRouter('held', each, held[index], pushing)));
  if (!goesOn(still, pushing)) return rollBackAll(routers, still, pushing);
  return confirmAll(routers, still, pushing);
}

function goesOn(steps: readonly PushResult[], pushing: PushContext): boolean {
  return !isInterrupted(pushing) && steps.every(({ outcome }) => outcome === 'held');
}

/** The first failure ends the waiting of the others. */
async function applyAll(routers: readonly ChangingRouter[], pushing: PushContext): Promise<PushResult[]> {
  const ended = new Set<ChangingRouter>();
  const hints: Promise<unknown>[] = [];
  const steps = await Promise.all(
    routers.map(async (each) => {
      const step = await orUnknownOutcome(affectedBy(each), pushing, () => askForStep(each, pushing, { hold: true }));
      pushing.progress(each.where.site.name, step);
      ended.add(each);
      if (step.outcome !== 'held' && hints.length === 0) {
        const others = routers.filter((other) => !ended.has(other));
        hints.push(...others.map((other) => endRouter('undo', other, undefined, pushing, 1)));
      }
      return step;
    }),
  );
  await Promise.all(hints);
  return steps;
}

/** No router keeps a configuration that its far end does not have. */
async function rollBackAll(
  routers: readonly ChangingRouter[],
  steps: readonly PushResult[],
  pushing: PushContext,
): Promise<PushResult[]> {
  return Promise.all(
    routers.map(async (each, index) => {
      const step = steps[index] as PushResult;
      if (step.outcome !== 'held' && step.outcome !== 'unknown') return step;
      const undone = await endRouter('undo', each, step, pushing);
      pushing.progress(each.where.site.name, undone);
      if (step.outcome === 'held') return undone;
      // Asked again, a router that did not answer may report its state.
      return undone.outcome === 'unknown' ? step : { ...undone, says: `${step.says} ${undone.says}` };
    }),
  );
}

/** One after the other: until the first is confirmed, all can be rolled back. */
async function confirmAll(
  routers: readonly ChangingRouter[],
  held: readonly PushResult[],
  pushing: PushContext,
): Promise<PushResult[]> {
  const steps: PushResult[] = [];
  for (const [index, each] of routers.entries()) {
    const follows = steps[0] === undefined || steps[0].outcome === 'pushed';
    const step = await endRouter(follows ? 'confirm' : 'undo', each, held[index], pushing);
    pushing.progress(each.where.site.name, step);
    steps.push(step);
  }
  return steps;
}
