import type { StoredState } from './stored-state.ts';

/** A swap that was made while the store could not be read or written. */
export interface UnjournaledSwap {
  /** When it began, ms since the epoch. */
  readonly at: number;
  /** Interface that the routes were moved to. */
  readonly to: string;
  /** Whether it counts for hold-down and the hourly limit. */
  readonly automatic: boolean;
}

/**
 * Marks repeated swaps as not automatic. Without the store a run does not know of the swap before it, so one failover may
 * have been swapped more than once: a swap to the same target within hold-down, with no swap to the other router in between,
 * is a repeat. One failover counts once.
 */
export function withoutRepeats(
  swaps: readonly UnjournaledSwap[],
  { lastTarget, lastBeganAt }: StoredState,
  holdDownMs: number,
): readonly UnjournaledSwap[] {
  const journaled = lastTarget === undefined || lastBeganAt === undefined ? [] : [{ at: lastBeganAt, to: lastTarget }];
  return swaps.map((swap) => {
    const earlier = swaps.filter((other) => other.at < swap.at);
    const repeats = [...journaled, ...earlier].some(
      (other) =>
        other.to === swap.to &&
        Math.abs(other.at - swap.at) < holdDownMs &&
        ![...journaled, ...swaps].some((between) => between.to !== swap.to && isBetween(between.at, other.at, swap.at)),
    );
    return repeats ? { ...swap, automatic: false } : swap;
  });
}

function isBetween(at: number, one: number, other: number): boolean {
  return at > Math.min(one, other) && at < Math.max(one, other);
}

/**
 * The stored state with unjournaled swaps added. The latest of them is the last swap unless a journaled one began later; an
 * unfinished swap to the other router is then over and must not be finished.
 */
export function withUnjournaled(stored: StoredState, swaps: readonly UnjournaledSwap[]): StoredState {
  const automatic = swaps.filter((swap) => swap.automatic).map(({ at }) => at);
  const automaticSwaps = [...new Set([...stored.automaticSwaps, ...automatic])].toSorted((a, b) => a - b);
  const [last] = swaps.toSorted((a, b) => b.at - a.at);
  if (last === undefined || last.at < (stored.lastBeganAt ?? Number.NEGATIVE_INFINITY))
    return { ...stored, automaticSwaps };
  const unfinished = stored.unfinished?.to === last.to ? stored.unfinished : undefined;
  return { ...stored, automaticSwaps, unfinished, lastTarget: last.to };
}
