import type { ManagedRouter } from '#failover/site.ts';
import type { Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';

/** The router with the neighbors that it should have after the push. */
export function withDesiredNeighbors(router: ManagedRouter, topology: Topology): ManagedRouter {
  return { ...router, bgp: bgpNeighbors(topology)(router) };
}

/**
 * The router with every neighbor that it may have now: those of the deployed topology, and those of a later one that
 * an earlier push may have configured.
 */
export function withPossibleNeighbors(router: ManagedRouter, topology: Topology): ManagedRouter {
  const { bgp } = withDesiredNeighbors(router, topology);
  const all = (one: readonly string[], other: readonly string[]) => [...new Set([...one, ...other])];
  return { ...router, bgp: { tunnels: all(router.bgp.tunnels, bgp.tunnels), pair: all(router.bgp.pair, bgp.pair) } };
}
