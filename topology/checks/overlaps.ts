import type { Placed } from '../draft.ts';
import type { Network } from '../networks.ts';

interface Overlap {
  /** Written earlier in the file. */
  readonly first: Placed<Network>;
  readonly again: Placed<Network>;
}

/**
 * Networks that overlap one before them in address order; each network is named once at most. Sorted, so that a thousand
 * tunnels do not need a million comparisons.
 */
export function overlaps(networks: readonly Placed<Network>[]): Overlap[] {
  const order = new Map(networks.map((network, index) => [network, index]));
  const sorted = networks.toSorted((a, b) => a.value.family - b.value.family || compare(a.value.first, b.value.first));
  let widest: Placed<Network> | undefined;
  return sorted.flatMap((network) => {
    const before = widest;
    if (before?.value.family === network.value.family && network.value.first <= before.value.last) {
      if (network.value.last > before.value.last) widest = network;
      return [inFileOrder(before, network, order)];
    }
    widest = network;
    return [];
  });
}

function inFileOrder(a: Placed<Network>, b: Placed<Network>, order: ReadonlyMap<Placed<Network>, number>): Overlap {
  return (order.get(a) ?? 0) <= (order.get(b) ?? 0) ? { first: a, again: b } : { first: b, again: a };
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
