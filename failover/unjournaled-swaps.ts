import type { StoredState } from './stored-state.ts';

/** A swap that was made while the store could not be read or written. */
export interface UnjournaledSwap {
  /** When it began, ms since the epoch. */
  readonly at: number;
  /** Interface that the routes were to move to. */
  readonly to: string;
  /** It counts for hold-down. */
  readonly automatic: boolean;
}

/**
 * Swaps that knew nothing of the one before, as the rules would have called them (`isRepair` in rules.ts): one to the same
 * target as another one within hold-down, and none to the other router between the two, repeated it. One failover counts once.
 */
export function withoutRepeats(
  swaps: readonly UnjournaledSwap[],
  { lastTarget, lastBeganAt }: StoredState,
  holdDownMs: number,
): readonly UnjournaledSwap[] {
  const journaled = lastTarget === undefined || lastBeganAt === undefined ? [] : [{ at: lastBeganAt, to: lastTarget }];
  return swaps.map((swap) => {
    const before = swaps.filter((other) => other.at < swap.at);
    const repeats = [...journaled, ...before].some(
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
 * A memory with swaps in it that have no journal. The last of them is the last swap if none with a journal began since: one to
 * the other router that had stopped midway before is over, and nobody may carry it out any more.
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
