import type { Router, Topology } from '#topology/topology.ts';
import { findRouter } from './find-router.ts';
import { pairEnd, tunnelEnds } from './tunnel-ends.ts';

/** Addresses, of the far ends of a router's tunnels and of the other router of its pair. */
export interface BgpNeighbors {
  readonly tunnels: readonly string[];
  readonly pair: readonly string[];
}

/** For a router of this topology: the addresses of its BGP neighbors, as its configuration has them. */
export function bgpNeighbors(topology: Topology): (router: Pick<Router, 'name'>) => BgpNeighbors {
  return ({ name }) => {
    const place = findRouter(topology, name);
    return {
      tunnels: tunnelEnds(topology, place).map(({ remoteAddress }) => remoteAddress),
      pair: [topology.profile === 'fast' ? pairEnd(topology, place).remoteAddress : place.partner.address],
    };
  };
}
