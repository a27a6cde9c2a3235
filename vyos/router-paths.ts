import type { Topology } from '#topology/topology.ts';
import { bgpNeighbors } from './bgp-neighbors.ts';
import { findRouter } from './find-router.ts';
import { resolveRouter } from './resolve.ts';
import { tunnelEnds } from './tunnel-ends.ts';

/** Of an interface that the topology does not configure; AWS permits 9001 within a VPC, and VyOS sets 1500. */
const INTERFACE_MTU = 1500;

/** The path from a router to a neighbor: a tunnel, or the link to the other router of its pair. */
export interface RouterPath {
  /** The router or far end at the other end. */
  readonly to: string;
  /** Name of its site; undefined: it is a far end. */
  readonly site: string | undefined;
  /** Of this router: `tun0`. */
  readonly interface: string;
  /** Of the other end, on that interface. */
  readonly address: string;
  /** As configured, bytes. */
  readonly mtu: number;
}

/** The paths that a router's configuration gives it, its tunnels first. @throws VyosConfigError as `resolveRouter` does */
export function routerPaths(topology: Topology, name: string): readonly RouterPath[] {
  const place = findRouter(topology, name);
  const { links } = resolveRouter(topology, name);
  const ends = tunnelEnds(topology, place);
  const tunnels = ends.map(({ remote, remoteAddress }, index): RouterPath => {
    const { interface: its = '', mtu = INTERFACE_MTU } = links[index] ?? {};
    return { to: remote.name, site: remote.site?.name, interface: its, address: remoteAddress, mtu };
  });
  const own = { interface: place.router.interface, mtu: INTERFACE_MTU };
  const { interface: its, mtu } = links[ends.length] ?? own;
  const pair = bgpNeighbors(topology)({ name }).pair.map(
    (address): RouterPath => ({ to: place.partner.name, site: place.site.name, interface: its, address, mtu }),
  );
  return [...tunnels, ...pair];
}
