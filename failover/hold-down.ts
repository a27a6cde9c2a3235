import { SWAP_COUNT_PERIOD_MS } from './limits.ts';
import type { StoredState } from './stored-state.ts';

/** When the last automatic swap began, ms since the epoch; negative infinity: none is stored. */
export function lastAutomaticSwap({ automaticSwaps }: Pick<StoredState, 'automaticSwaps'>): number {
  return Math.max(...automaticSwaps, Number.NEGATIVE_INFINITY);
}

/** When hold-down after the last automatic swap ends, ms since the epoch; negative infinity: there was no such swap. */
export function holdDownEnd(stored: Pick<StoredState, 'automaticSwaps'>, holdDownMs: number): number {
  return lastAutomaticSwap(stored) + holdDownMs;
}

/** Automatic swaps that began in the hour before `now`, which `policy.maxSwapsPerHour` limits. */
export function swapsInLastHour({ automaticSwaps }: Pick<StoredState, 'automaticSwaps'>, now: number): number {
  return automaticSwaps.filter((began) => now - began < SWAP_COUNT_PERIOD_MS).length;
}
