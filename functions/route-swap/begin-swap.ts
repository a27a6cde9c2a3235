import type { Decision } from '#failover/decision.ts';
import type { Observation } from '#failover/observation.ts';
import type { RefusedRoute } from '#failover/stored-state.ts';
import { planSwap } from '#failover/swap-plan.ts';
import type { SwapJournal } from '#failover/swap-record.ts';
import type { SwapPorts } from './ports.ts';
import { remainingOf } from './remaining-routes.ts';

export type SwapDecision = Decision & { readonly kind: 'swap' };

/** How the conditional write of lease and journal ended. */
export interface Begun {
  readonly journal: SwapJournal;
  /** `unwritable`: two attempts failed, and it is unknown whether the journal was written. */
  readonly outcome: 'begun' | 'lost-race' | 'unwritable';
}

/**
 * @param write the conditional write; false: its condition did not hold
 * @param answers whether the store answers another call. Default: it does, because it has just been read
 */
export async function begin(
  journal: SwapJournal,
  { log }: Pick<SwapPorts, 'log'>,
  write: () => Promise<boolean>,
  answers: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<Begun> {
  for (const attempt of [1, 2]) {
    try {
      return { journal, outcome: (await write()) ? 'begun' : 'lost-race' };
    } catch (error) {
      // The second attempt finds the journal of the first, if only the answer was lost.
      log.warn(`Swap ${journal.epoch} could not be written down (attempt ${attempt})`, { error });
      if (!(await answers())) break;
    }
  }
  return { journal, outcome: 'unwritable' };
}

export function journalOf(
  { target, reason: why, says, automatic }: SwapDecision,
  observation: Observation,
  { run, now }: Pick<SwapPorts, 'run' | 'now'>,
): SwapJournal {
  const { epoch: last, unfinished } = observation.stored;
  // A run that finishes a swap keeps the reason for which the swap began.
  const reason = why === 'finish-swap' ? (unfinished?.reason ?? why) : why;
  const { length: steps } = planSwap(observation, target).steps;
  return {
    epoch: last + 1,
    to: { router: target.name, eni: target.eni },
    steps,
    reason,
    says,
    automatic,
    trigger: observation.trigger.id,
    run,
    beganAt: now(),
  };
}

/** The swap's result does not depend on this write; if it fails, the next run records it. */
export async function release(
  { epoch, run }: SwapJournal,
  remaining: readonly RefusedRoute[],
  { store, now, log }: SwapPorts,
): Promise<void> {
  try {
    await store.release(epoch, run, remainingOf(remaining), now());
  } catch (error) {
    log.error(`Could not record the end of swap ${epoch}; the next trigger will.`, { error });
  }
}
