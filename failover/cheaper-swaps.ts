import { parseNetwork } from '#topology/networks.ts';
import type { ManagedTable, Site } from '#topology/topology.ts';
import { leastDurationMs, MUTATING_CALLS } from './call-pacer.ts';

/**
 * A swap costs one ReplaceRoute for each managed route, and a route to a customer-managed prefix list is one route, however
 * many networks it contains. Lists where a site could use fewer routes.
 */
export interface CheaperSwaps {
  /** Calls of a whole swap as the topology is, and with one prefix-list route for each of `lists`. */
  readonly calls: { readonly now: number; readonly withLists: number };
  /** The least time that EC2's throttle allows for them, ms, from a full bucket. */
  readonly atLeastMs: { readonly now: number; readonly withLists: number };
  /** Whether the calls exceed EC2's burst, so that the swap is throttled. */
  readonly matters: boolean;
  readonly lists: readonly PrefixListCandidate[];
}

/** CIDR routes of one table and address family; a prefix list holds one family only. */
export interface PrefixListCandidate {
  readonly table: string;
  readonly family: 4 | 6;
  /** How many managed routes it would replace: 2 or more. */
  readonly routes: number;
}

/**
 * Where prefix lists would save calls; undefined: nowhere. Gateway (edge) route tables accept none
 * (https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html).
 */
export function cheaperSwaps(site: Pick<Site, 'routeTables'>): CheaperSwaps | undefined {
  const lists = site.routeTables.filter(({ edge }) => !edge).flatMap(candidates);
  if (lists.length === 0) return undefined;
  const now = site.routeTables.reduce((sum, { destinations }) => sum + destinations.length, 0);
  const withLists = now - lists.reduce((saved, { routes }) => saved + routes - 1, 0);
  return {
    calls: { now, withLists },
    atLeastMs: { now: leastDurationMs(now), withLists: leastDurationMs(withLists) },
    matters: now > MUTATING_CALLS.capacity,
    lists,
  };
}

function candidates({ id, destinations }: ManagedTable): readonly PrefixListCandidate[] {
  return ([4, 6] as const)
    .map((family) => ({
      table: id,
      family,
      routes: destinations.filter((destination) => parseNetwork(destination)?.family === family).length,
    }))
    .filter(({ routes }) => routes >= 2);
}
