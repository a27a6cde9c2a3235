import type { Draft, DraftRouter, Placed } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import { type Address, containsAddress, type Network } from '../networks.ts';
import { duplicates } from './duplicates.ts';

/** Every address and AWS id is used once, and no loopback is in a VPC. */
export function checkAddresses(draft: Draft): Fault[] {
  const sites = draft.sites ?? [];
  const routers = sites.flatMap((site) => site.routers ?? []);
  const vpcs = sites.flatMap(({ vpc }) => vpc.cidrs ?? []);
  return [
    ...sharedAddresses(routers),
    ...sharedIds(routers, 'instance', 'each router is an instance of its own'),
    ...sharedIds(
      routers,
      'eni',
      'routes move from one interface to another, so each router has an interface of its own',
    ),
    ...routers.flatMap((router) => loopbackInVpc(router, vpcs)),
  ];
}

/** Private, public and loopback addresses in one pool: a public address pasted into `address` is found as well. */
function sharedAddresses(routers: readonly DraftRouter[]): Fault[] {
  const all = routers.flatMap(({ address, publicAddress, loopback }) => [address, publicAddress, loopback]);
  return duplicates(all, ({ number }) => number).map(({ first, again }) => ({
    kind: 'duplicate',
    path: again.path,
    fault: `${again.value.address} is the ${what(first)} of ${String(first.path[3])} too (line ${first.line})`,
    hint: `give ${String(again.path[3])} its own ${what(again)}`,
  }));
}

function sharedIds(routers: readonly DraftRouter[], key: 'instance' | 'eni', because: string): Fault[] {
  return duplicates(
    routers.map((router) => router[key]),
    (id) => id,
  ).map(({ first, again }) => ({
    kind: 'duplicate',
    path: again.path,
    fault: `${again.value} is the ${key} of ${String(first.path[3])} too (line ${first.line})`,
    hint: `${because}: write the id of ${String(again.path[3])}’s`,
  }));
}

function loopbackInVpc({ loopback }: DraftRouter, vpcs: readonly Placed<Network>[]): Fault[] {
  if (loopback === undefined) return [];
  const vpc = vpcs.find(({ value }) => containsAddress(value, loopback.value));
  if (vpc === undefined) return [];
  return [
    {
      kind: 'overlap',
      path: loopback.path,
      fault: `${loopback.value.address} is in the VPC ${vpc.value.cidr} of ${String(vpc.path[1])} (line ${vpc.line})`,
      hint: 'AWS may assign that address to another interface: use a loopback outside every VPC, for example from 10.255.0.0/16',
    },
  ];
}

function what({ path }: Placed<Address>): string {
  const names: Record<string, string> = { address: 'address', publicAddress: 'public address', loopback: 'loopback' };
  return names[String(path.at(-1))] ?? 'address';
}
