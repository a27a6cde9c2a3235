import { canonical, contains } from './cidr.ts';
import type { Route } from './model/routes.ts';
import { ownerOf, routeState } from './route-state.ts';
import type { RegionState } from './state.ts';

/** Where the VPC's router sends a packet. */
export interface NextHop {
  /** `local`, or the target's id. */
  readonly target: string;
  /** The block that matched: for a prefix-list route the list's entry. */
  readonly destination: string;
  /** Set if the target is an interface. */
  readonly eni: string | undefined;
  /** The instance that the interface is attached to, whatever its state. */
  readonly instance: string | undefined;
  readonly state: 'active' | 'blackhole';
}

/**
 * Longest prefix match; for the same block a static route comes before a prefix list's entry, and that before a
 * propagated one. https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html (route priority)
 * Undefined: no route, or no such table.
 */
export function nextHopIn(state: RegionState, routeTableId: string, address: string): NextHop | undefined {
  const table = state.routeTables.get(routeTableId);
  const [best] = (table?.routes ?? [])
    .flatMap((route) => blocksOf(route, state).map((block) => ({ route, block })))
    .filter(({ block }) => contains(block, address))
    .toSorted((a, b) => lengthOf(b.block) - lengthOf(a.block) || rank(a.route) - rank(b.route));
  if (best === undefined) return undefined;
  const { route, block } = best;
  const eni = route.target.startsWith('eni-') ? route.target : undefined;
  return {
    target: route.target,
    destination: block,
    eni,
    instance: ownerOf(route, state)?.id,
    state: routeState(route, state),
  };
}

function blocksOf({ destination }: Route, state: RegionState): string[] {
  if (!destination.startsWith('pl-')) return [destination];
  return (state.prefixLists.get(destination)?.entries ?? []).map(({ cidr }) => cidr);
}

const lengthOf = (block: string): number => canonical(block)?.length ?? 0;

function rank({ origin, destination }: Route): number {
  if (origin === 'EnableVgwRoutePropagation' || origin === 'Advertisement') return 2;
  return destination.startsWith('pl-') ? 1 : 0;
}
