import type { Emulator } from '#emulator/emulator.ts';
import { isWithin, parseNetwork } from '#topology/networks.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { eniOf, instanceOf } from './account-of-topology.ts';
import type { ModelTime, NetworkModel } from './network-model.ts';

/** The failure and the traffic: the first site's active router fails; pings run from that site to the second one. */
export interface Scenario {
  readonly topology: Topology;
  readonly here: Site;
  readonly there: Site;
  /** The router that fails. */
  readonly active: Router;
  readonly standby: Router;
}

/** @throws RangeError for a topology with one site (`unmetPrecondition` gives the message) */
export function scenarioOf(topology: Topology): Scenario {
  const [here, there] = topology.sites;
  if (here === undefined || there === undefined) throw new RangeError('the demo needs a topology with two sites');
  return { topology, here, there, active: here.routers.active, standby: here.routers.standby };
}

/** Real time and chance for the model. */
export function modelTime(): ModelTime {
  return { after: (ms, act) => void setTimeout(act, ms).unref(), random: Math.random };
}

/** What a call to EC2 takes, in both designs alike. Assumed: nothing here was measured on AWS. */
export const EC2_CALL_MS = 40;

/** Gives the emulated EC2 the latency of a real one. */
export function slowDown(emulator: Emulator): void {
  emulator.faults.add({ service: 'ec2', kind: 'latency', ms: EC2_CALL_MS });
}

export function allRouters(topology: Topology): readonly Router[] {
  return topology.sites.flatMap(({ routers: { active, standby } }) => [active, standby]);
}

/** The router that all managed routes here point at; undefined: they are split, or gone. */
export function ownerIn({ here }: Scenario, emulator: Emulator): string | undefined {
  const { routeTables } = emulator.ec2.state(here.region);
  const targets = new Set(
    here.routeTables.flatMap(({ id, destinations }) =>
      destinations.map(
        (destination) => routeTables.get(id)?.routes.find((route) => route.destination === destination)?.target,
      ),
    ),
  );
  const owners = [here.routers.active, here.routers.standby].filter((router) => targets.has(eniOf(router)));
  return targets.size === 1 ? owners[0]?.name : undefined;
}

/**
 * Does a ping from the front subnet here reach the one there, and does its answer come back? Next hops come from the
 * emulated route tables, the way between routers from the model of what they believe.
 */
export function pingReaches(
  { here, there }: Pick<Scenario, 'here' | 'there'>,
  emulator: Emulator,
  network: NetworkModel,
): boolean {
  const out = routerOnTheWay(here, there, emulator);
  const arrived = out && network.forward(out, there.name);
  const back = arrived && routerOnTheWay(there, here, emulator);
  return back !== undefined && network.forward(back, here.name) !== undefined;
}

/** The front subnet of the other site that a route table leads to, and that table; undefined: none leads to any. */
export function wayOut(from: Site, to: Site): { readonly table: string; readonly front: string } | undefined {
  const ways = from.routeTables
    .filter(({ edge }) => !edge)
    .flatMap((table) => to.frontSubnets.map((front) => ({ table, front })));
  const way = ways.find(({ table, front }) => table.destinations.some((destination) => leadsTo(destination, front)));
  return way && { table: way.table.id, front: way.front };
}

/** Prefix lists hold the front subnets of all other sites. */
function leadsTo(destination: string, front: string): boolean {
  return parseNetwork(destination) === undefined || isWithin(front, destination);
}

/** The router that the VPC's route table sends the packet to. */
function routerOnTheWay(from: Site, to: Site, emulator: Emulator): string | undefined {
  const way = wayOut(from, to);
  const hop = way && emulator.ec2.nextHop(from.region, way.table, hostIn(way.front));
  if (hop?.state !== 'active') return undefined;
  return [from.routers.active, from.routers.standby].find((router) => instanceOf(router) === hop.instance)?.name;
}

/** The host 10 of a subnet: neither AWS's own nor the last. */
function hostIn(cidr: string): string {
  const [address = ''] = cidr.split('/');
  return address.replace(/\d+$/, (last) => String(Number(last) + 10));
}
