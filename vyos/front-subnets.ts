import { isWithin } from '#topology/networks.ts';
import type { Topology } from '#topology/topology.ts';
import type { RouterPlace } from './find-router.ts';

/**
 * Does the router itself stand in one of its site's front subnets? A connected route wins over any static one to the same
 * network: `redistribute static` then announces nothing of it (FRR 8.4.4: BGP Established, 0 prefixes). A front subnet
 * that only holds the router's own is announced as any other.
 */
export function isInFront({ router, site }: RouterPlace): boolean {
  return site.frontSubnets.includes(router.subnet);
}

/**
 * Front subnets that are a part of the router's own. Their hosts are reached by the connected route, and no static route can
 * say so: its next hop may lie in the part itself, and is then not resolved (FRR, zebra/zebra_nhg.c, nexthop_active).
 */
export function frontsWithin({ router, site }: RouterPlace): string[] {
  return site.frontSubnets.filter((prefix) => prefix !== router.subnet && isWithin(prefix, router.subnet));
}

/** Front subnets that it takes a static route to announce; among them those that hold the router's own and more. */
export function frontsElsewhere({ router, site }: RouterPlace): string[] {
  return site.frontSubnets.filter((prefix) => !isWithin(prefix, router.subnet));
}

/** What is behind the far ends, all together. */
export function farEndNetworks({ farEnds }: Pick<Topology, 'farEnds'>): string[] {
  return farEnds.flatMap(({ networks }) => networks);
}
