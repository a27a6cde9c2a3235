import type { BgpEvidence } from '#failover/observation.ts';
import type { Topology } from '#topology/topology.ts';
import { findRouter } from '#vyos/find-router.ts';
import { tunnelEnds } from '#vyos/tunnel-ends.ts';

/** A router at the far end of a tunnel over which nothing is received. */
export interface LostNeighbor {
  readonly router: string;
  /** Null: it is a far end. */
  readonly site: string | null;
}

/**
 * The far ends from which a router receives no prefixes. The counts name them only if that is all of them.
 *
 * @param evidence what the router's fitness rests on; undefined: nothing is known
 * @returns null: unknown
 */
export function lostNeighbors(
  topology: Topology,
  router: string,
  evidence: BgpEvidence | undefined,
): readonly LostNeighbor[] | null {
  if (evidence === undefined) return null;
  const { configured, receiving, unreadable } = evidence.bgp.tunnels;
  if (receiving === configured) return [];
  if (receiving > 0 || unreadable > 0) return null;
  return tunnelEnds(topology, findRouter(topology, router)).map(({ remote }) => ({
    router: remote.name,
    site: remote.site?.name ?? null,
  }));
}
