import type { BgpNeighbors } from '#failover/site.ts';
import type { Topology } from '#topology/topology.ts';
import { findRouter } from '#vyos/find-router.ts';
import { tunnelEnds } from '#vyos/tunnel-ends.ts';

/** A far end that is no router of the topology, and the address of its BGP inside the tunnel. */
export interface ForeignFarEnd {
  readonly name: string;
  readonly address: string;
}

/**
 * Separates changed tunnels between two routers of the topology, which change together, from those to a foreign far
 * end, whose administrator must make the change. A push cannot wait for that: the session to a foreign far end is not
 * expected back.
 *
 * @param changed names of far routers; `certain`: those whose tunnel certainly changes
 */
export function splitChangedTunnels(
  topology: Topology,
  router: string,
  { changed, certain }: { readonly changed: readonly string[]; readonly certain: readonly string[] },
): { readonly tunnels: readonly string[]; readonly farEnds: readonly ForeignFarEnd[] } {
  const foreign = tunnelEnds(topology, findRouter(topology, router)).filter(({ remote }) => remote.site === undefined);
  const names = foreign.map(({ remote }) => remote.name);
  return {
    tunnels: changed.filter((name) => !names.includes(name)),
    farEnds: foreign
      .filter(({ remote }) => certain.includes(remote.name))
      .map(({ remote, remoteAddress }) => ({ name: remote.name, address: remoteAddress })),
  };
}

/** The neighbors whose session may be expected after the push. */
export function withoutFarEnds(bgp: BgpNeighbors, farEnds: readonly ForeignFarEnd[]): BgpNeighbors {
  return { ...bgp, tunnels: bgp.tunnels.filter((address) => !farEnds.some((each) => each.address === address)) };
}

/** What the administrators of the far ends must do; one note each. */
export function farEndNotes(farEnds: readonly ForeignFarEnd[]): string[] {
  return farEnds.map(
    ({ name }) =>
      `the tunnel to ${name} is down until its administrator makes the same change (config render --router ${name}); ` +
      'the push does not wait for its session',
  );
}
