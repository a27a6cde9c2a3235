import { askForStep, askToEnd, type Push, type PushStep } from '../ask/config-push.ts';
import { CommandError } from '../output/command-error.ts';
import type { Changing } from './steps.ts';

export interface Pushing extends Push {
  /** Tells people how a router is getting on. */
  progress(site: string, step: PushStep): void;
}

/** The longest that a router's own timer takes, with the command that starts it. */
const BY_ITSELF = 'what was not confirmed has its old configuration again within 12 minutes';

/** How often a router that does not answer is asked to confirm: its timer leaves time for it. */
const CONFIRM_TRIES = 3;

/**
 * Routers at both ends of tunnels, at the same time: all apply and wait for their BGP → all are well → confirmed, one
 * after the other. Where one is not well, all have their old configuration again. What can be left of a confirmation that
 * only some of them heard is said.
 */
export async function pushTogether(routers: readonly Changing[], pushing: Pushing): Promise<PushStep[]> {
  const { io } = pushing.cli;
  try {
    const held = await holdAll(routers, pushing);
    const fault = held.find(({ outcome }) => outcome !== 'held');
    return await (fault === undefined ? confirmAll(routers, pushing) : undoHeld(routers, held, pushing));
  } finally {
    if (io.signal?.aborted === true) io.stderr.write(`Nobody confirms the rest: ${BY_ITSELF}.\n`);
  }
}

/** The first that does not get there ends the waiting of the others. */
async function holdAll(routers: readonly Changing[], pushing: Pushing): Promise<PushStep[]> {
  const ended = new Set<Changing>();
  const hints: Promise<unknown>[] = [];
  const steps = await Promise.all(
    routers.map(async (each) => {
      const step = await orUnknown(each, () => askForStep(each, pushing, { hold: true }));
      pushing.progress(each.where.site.name, step);
      ended.add(each);
      if (step.outcome !== 'held' && hints.length === 0) {
        const others = routers.filter((other) => !ended.has(other));
        hints.push(...others.map((other) => orUnknown(other, () => askToEnd('undo', other, pushing))));
      }
      return step;
    }),
  );
  await Promise.all(hints);
  return steps;
}

/** Nobody keeps what another one does not have. */
async function undoHeld(
  routers: readonly Changing[],
  steps: readonly PushStep[],
  pushing: Pushing,
): Promise<PushStep[]> {
  return Promise.all(
    routers.map(async (each, index) => {
      const step = steps[index] as PushStep;
      if (step.outcome !== 'held' && step.outcome !== 'unknown') return step;
      const undone = await orUnknown(each, () => askToEnd('undo', each, pushing));
      pushing.progress(each.where.site.name, undone);
      if (step.outcome === 'held') return undone;
      // Asked again, a router that did not answer may say what it has. Something was tried, so nothing was "refused".
      const outcome = undone.outcome === 'refused' ? 'undone' : undone.outcome;
      return outcome === 'unknown' ? step : { ...undone, outcome, says: `${step.says} ${undone.says}` };
    }),
  );
}

/** One after the other: while none is confirmed all can still go back. */
async function confirmAll(routers: readonly Changing[], pushing: Pushing): Promise<PushStep[]> {
  const steps: PushStep[] = [];
  for (const each of routers) {
    const goesOn = steps[0] === undefined || steps[0].outcome === 'pushed';
    const step = goesOn ? await confirm(each, pushing) : await orUnknown(each, () => askToEnd('undo', each, pushing));
    pushing.progress(each.where.site.name, step);
    steps.push(step);
  }
  return steps;
}

async function confirm(each: Changing, pushing: Pushing): Promise<PushStep> {
  let step = await orUnknown(each, () => askToEnd('confirm', each, pushing));
  for (let tries = 1; step.outcome === 'unknown' && tries < CONFIRM_TRIES; tries += 1) {
    step = await orUnknown(each, () => askToEnd('confirm', each, pushing));
  }
  return step;
}

/** A function that failed, or could not be asked, may have acted all the same. An interruption goes through. */
async function orUnknown({ router }: Changing, ask: () => Promise<PushStep>): Promise<PushStep> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const [what = ''] = error.message.split('\n', 1);
    const says = `${what}. Nobody knows what ${router.name} has; ${BY_ITSELF}.`;
    return { outcome: 'unknown', reason: 'not-answered', says, router: router.name, remaining: [router.name] };
  }
}
