import { SWAP_COUNT_PERIOD_MS } from './limits.ts';
import type { StoredState } from './stored-state.ts';

type Counted = Pick<StoredState, 'automaticSwaps' | 'lastBeganAt' | 'unfinished'>;

/** When the automatic swaps began that count, ms since the epoch: not one of which no route is at its target. */
export function countedSwaps({ automaticSwaps, lastBeganAt, unfinished }: Counted): readonly number[] {
  return unfinished?.noneAtTarget === true ? automaticSwaps.filter((at) => at !== lastBeganAt) : automaticSwaps;
}

/** When the last automatic swap began, ms since the epoch; negative infinity: none is stored. */
export function lastAutomaticSwap(stored: Counted): number {
  return Math.max(...countedSwaps(stored), Number.NEGATIVE_INFINITY);
}

/** When hold-down after the last automatic swap ends, ms since the epoch; negative infinity: there was no such swap. */
export function holdDownEnd(stored: Counted, holdDownMs: number): number {
  return lastAutomaticSwap(stored) + holdDownMs;
}

/** Automatic swaps that began in the hour before `now`, which `policy.maxSwapsPerHour` limits. */
export function swapsInLastHour(stored: Counted, now: number): number {
  return countedSwaps(stored).filter((began) => now - began < SWAP_COUNT_PERIOD_MS).length;
}
