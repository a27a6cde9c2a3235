import type { DrillLeg } from '#contracts/drill.ts';
import type { SwapEntry } from '#contracts/history.ts';
import { outageOf, type Traffic } from './traffic.ts';

/**
 * One movement of the routes as the drill records it. The clocks of AWS's functions and of the host are compared; both are set by
 * NTP. Pure.
 *
 * @param swap its entry in the history; undefined: it has none
 */
export function legOf(
  about: Pick<DrillLeg, 'to' | 'cause'>,
  swap: SwapEntry | undefined,
  traffic: Traffic | undefined,
): DrillLeg {
  const steps = swap === undefined ? {} : stepsOf(swap);
  if (traffic === undefined) return { ...about, ...steps };
  if (!traffic.measured) return { ...about, ...steps, notMeasured: traffic.why.slice(0, 500) };
  if (swap !== undefined && traffic.from > arrivalOf(swap))
    return { ...about, ...steps, notMeasured: 'the measurement began after the swap' };
  const { sent, received } = traffic;
  return {
    ...about,
    ...steps,
    ...(swap !== undefined && comparedWith(swap, about.cause, traffic)),
    sent,
    lost: sent - received,
    outageMs: Math.round(outageOf(traffic)),
  };
}

/** The decision's time is absent in an entry of an earlier version. */
function stepsOf({ times, tookMs }: SwapEntry): Pick<DrillLeg, 'decideMs' | 'swapMs'> {
  if (times === undefined) return { swapMs: Math.round(tookMs) };
  return { decideMs: Math.round(times.decided), swapMs: Math.max(0, Math.round(tookMs - times.decided)) };
}

function comparedWith(
  swap: SwapEntry,
  cause: DrillLeg['cause'],
  { gaps }: Extract<Traffic, { measured: true }>,
): Pick<DrillLeg, 'detectMs' | 'convergeMs'> {
  const [first] = gaps;
  const accepted = arrivalOf(swap) + (swap.times?.lastAccepted ?? swap.tookMs);
  const last = gaps.at(-1);
  const back = last === undefined ? accepted : last.back;
  return {
    ...(cause === 'stopped-instance' &&
      first !== undefined && { detectMs: Math.max(0, Math.round(arrivalOf(swap) - first.from)) }),
    // Without a later reply the traffic had not converged when the measurement ended.
    ...(back !== null && { convergeMs: Math.max(0, Math.round(back - accepted)) }),
  };
}

/** When the swap's trigger arrived, ms since the epoch: an entry's `at` is the end of its swap. */
function arrivalOf({ at, tookMs }: SwapEntry): number {
  return at - tookMs;
}

/**
 * Whether a movement lost more than the operator permits, or its traffic had not come back when the measurement ended. A movement
 * that was not measured does not exceed the budget.
 */
export function exceeds({ outageMs = 0, lost = 0, convergeMs }: DrillLeg, budgetMs: number): boolean {
  return outageMs > budgetMs || (lost > 0 && convergeMs === undefined);
}
