import type { Emulator } from '#emulator/start.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { instanceOf } from './account-of-topology.ts';
import type { Detection, NetworkModel } from './network-model.ts';

/** Who breaks, and whose traffic is watched: the first site's active router, and pings from there to the second site. */
export interface Scene {
  readonly topology: Topology;
  readonly here: Site;
  readonly there: Site;
  /** The router that breaks. */
  readonly victim: Router;
  readonly survivor: Router;
}

/** @throws RangeError if there is nobody to talk to */
export function sceneOf(topology: Topology): Scene {
  const [here, there] = topology.sites;
  if (here === undefined || there === undefined) throw new RangeError('the demo needs a topology with two sites');
  return { topology, here, there, victim: here.routers.active, survivor: here.routers.standby };
}

/** What BGP and BFD are set to. */
export interface Timers {
  readonly says: string;
  readonly detection: Detection;
}

/**
 * Does a ping from the front subnet here reach the one there, and does its answer come back? Next hops come from the
 * emulated route tables, the way between routers from the model of what they believe.
 */
export function pingReaches({ here, there }: Scene, emulator: Emulator, network: NetworkModel): boolean {
  const out = routerOnTheWay(here, there, emulator);
  const arrived = out && network.forward(out, there.name);
  const back = arrived && routerOnTheWay(there, here, emulator);
  return back !== undefined && network.forward(back, here.name) !== undefined;
}

/** The router that the VPC's route table sends the packet to. */
function routerOnTheWay(from: Site, to: Site, emulator: Emulator): string | undefined {
  const [table] = from.routeTables;
  const [front = ''] = to.frontSubnets;
  const hop = table && emulator.ec2.nextHop(from.region, table.id, hostIn(front));
  if (hop?.state !== 'active') return undefined;
  return [from.routers.active, from.routers.standby].find((router) => instanceOf(router) === hop.instance)?.name;
}

/** The host 10 of a subnet: neither AWS's own nor the last. */
function hostIn(cidr: string): string {
  const [address = ''] = cidr.split('/');
  return address.replace(/\d+$/, (last) => String(Number(last) + 10));
}
