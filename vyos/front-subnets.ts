import { isWithin } from '#topology/networks.ts';
import type { Topology } from '#topology/topology.ts';
import type { RouterPlace } from './find-router.ts';

/**
 * True if the router's own subnet is a front subnet. A connected route has precedence over a static route to the same
 * network, so `redistribute static` does not announce it (FRR 8.4.4: BGP Established, 0 prefixes). A front subnet that
 * contains the router's subnet is announced like any other.
 */
export function isInFront({ router, site }: RouterPlace): boolean {
  return site.frontSubnets.includes(router.subnet);
}

/**
 * Front subnets that are part of the router's own. Their hosts are reached by the connected route. A static route cannot
 * replace it: its next hop may be inside the front subnet, and is then not resolved (FRR, zebra/zebra_nhg.c, nexthop_active).
 */
export function frontsWithin({ router, site }: RouterPlace): string[] {
  return site.frontSubnets.filter((prefix) => prefix !== router.subnet && isWithin(prefix, router.subnet));
}

/** Front subnets that need a static route to be announced, also those that contain the router's own subnet and more. */
export function frontsElsewhere({ router, site }: RouterPlace): string[] {
  return site.frontSubnets.filter((prefix) => !isWithin(prefix, router.subnet));
}

/** The networks behind all far ends. */
export function farEndNetworks({ farEnds }: Pick<Topology, 'farEnds'>): string[] {
  return farEnds.flatMap(({ networks }) => networks);
}
