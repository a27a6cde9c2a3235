import type { BgpNeighbors } from '#failover/site.ts';
import type { Topology } from '#topology/topology.ts';
import { findRouter } from '#vyos/find-router.ts';
import { tunnelEnds } from '#vyos/tunnel-ends.ts';

/** A far end that is no router of ours, and the address of its BGP inside the tunnel. */
export interface ForeignFarEnd {
  readonly name: string;
  readonly address: string;
}

/**
 * Changed tunnels, apart: those whose far router is ours changes with it, and those whose administrator has to follow. Nobody
 * can wait for him within a push: the session to such a far end is not expected back.
 *
 * @param changed names of far routers; `certain`: those of which something changes for sure
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

/** The neighbors of which a session may be expected after the push. */
export function withoutFarEnds(bgp: BgpNeighbors, farEnds: readonly ForeignFarEnd[]): BgpNeighbors {
  return { ...bgp, tunnels: bgp.tunnels.filter((address) => !farEnds.some((each) => each.address === address)) };
}

/** What their administrators have to do; a note for each. */
export function farEndNotes(farEnds: readonly ForeignFarEnd[]): string[] {
  return farEnds.map(
    ({ name }) =>
      `the tunnel to ${name} is down until its administrator has the change too (config render --router ${name}); ` +
      'its session is not waited for',
  );
}
