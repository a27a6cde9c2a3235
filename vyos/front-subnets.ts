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

/** Front subnets that it takes a static route to announce. */
export function frontsElsewhere({ router, site }: RouterPlace): string[] {
  return site.frontSubnets.filter((prefix) => prefix !== router.subnet);
}

/** What is behind the far ends, all together. */
export function farEndNetworks({ farEnds }: Pick<Topology, 'farEnds'>): string[] {
  return farEnds.flatMap(({ networks }) => networks);
}
