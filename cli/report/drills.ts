import type { Drill, DrillLeg } from '#contracts/drill.ts';
import type { HistoryEntry, OperatorEntry, SwapEntry } from '#contracts/history.ts';

/** A drill, with the swaps of its movements in their order. */
export interface RecordedDrill {
  readonly entry: OperatorEntry;
  readonly drill: Drill;
  readonly swaps: readonly SwapEntry[];
}

/** A drill is recorded at its end, and its movements before it: the last swaps to the routers that it names. */
export function drillsAmong(entries: readonly HistoryEntry[]): readonly RecordedDrill[] {
  const newestFirst = entries.toSorted((a, b) => b.at - a.at);
  return newestFirst.flatMap((entry) => {
    if (entry.kind !== 'operator' || entry.drill === undefined) return [];
    const swaps: SwapEntry[] = [];
    let before = entry.at;
    for (const { to } of entry.drill.legs.toReversed()) {
      const swap = newestFirst.find(
        (each) => isMoveTo(each, to) && each.at <= before && !swaps.some((one) => one === each),
      );
      if (swap === undefined || swap.kind !== 'swap') break;
      swaps.unshift(swap);
      before = swap.at;
    }
    return [{ entry, drill: entry.drill, swaps }];
  });
}

function isMoveTo(entry: HistoryEntry, router: string): boolean {
  return entry.kind === 'swap' && entry.outcome === 'swapped' && entry.owner === router;
}

/** The movement of a drill that a swap is; undefined: it is none. */
export function legOf(swap: HistoryEntry, entries: readonly HistoryEntry[]): DrillLeg | undefined {
  for (const { drill, swaps } of drillsAmong(entries)) {
    const at = swaps.findIndex((each) => each.id === swap.id && each.at === swap.at);
    // Where a movement has no swap, the last ones have theirs.
    if (at !== -1) return drill.legs[at + drill.legs.length - swaps.length];
  }
  return undefined;
}
