import type { Draft, DraftRouter, DraftSite, Placed } from '../draft.ts';
import type { Fault } from '../mistakes.ts';
import {
  type Address,
  addressFromNumber,
  containsAddress,
  containsNetwork,
  type Network,
  overlap,
} from '../networks.ts';

/** A router's address is in its subnet and not reserved by AWS, and the subnet is in the VPC. */
export function checkSubnets(draft: Draft): Fault[] {
  return (draft.sites ?? []).flatMap((site) => [
    ...(site.routers ?? []).flatMap((router) => [
      ...subnetOutside(router, site),
      ...address(router),
      ...gateway(router, site),
    ]),
    ...halfShared(site),
  ]);
}

function subnetOutside({ subnet }: DraftRouter, { vpc }: DraftSite): Fault[] {
  const { cidrs } = vpc;
  if (subnet === undefined || cidrs === undefined) return [];
  if (cidrs.some(({ value }) => containsNetwork(value, subnet.value))) return [];
  return [
    {
      kind: 'outside',
      path: subnet.path,
      fault: `${subnet.value.cidr} is not in the VPC’s ${cidrs.map(({ value }) => value.cidr).join(', ')} (line ${cidrs[0]?.line})`,
      hint: 'write the subnet that the router’s interface is in',
    },
  ];
}

function address({ subnet, address: own }: DraftRouter): Fault[] {
  if (subnet === undefined || own === undefined) return [];
  return [...notInSubnet(own, subnet), ...reservedByAws(own, subnet)];
}

function notInSubnet({ value, path }: Placed<Address>, subnet: Placed<Network>): Fault[] {
  if (containsAddress(subnet.value, value)) return [];
  const fault = `${value.address} is not in the subnet ${subnet.value.cidr} (line ${subnet.line})`;
  return [{ kind: 'outside', path, fault, hint: `use an address ${usable(subnet.value)}, or correct the subnet` }];
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
function reservedByAws({ value, path }: Placed<Address>, { value: subnet }: Placed<Network>): Fault[] {
  if (!containsAddress(subnet, value)) return [];
  if (value.number >= subnet.first + 4n && value.number < subnet.last) return [];
  const fault = `${value.address} is one of the five addresses that AWS reserves in ${subnet.cidr}`;
  return [{ kind: 'wrong-value', path, fault, hint: `use an address ${usable(subnet)}` }];
}

function usable(subnet: Network): string {
  return `from ${addressFromNumber(subnet.first + 4n)} to ${addressFromNumber(subnet.last - 1n)}`;
}

function gateway({ subnet, gateway: next }: DraftRouter, { routers = [] }: DraftSite): Fault[] {
  if (subnet === undefined || next === undefined) return [];
  const fault = gatewayFault(next.value, subnet.value, routers);
  if (fault === undefined) return [];
  const expected = addressFromNumber(subnet.value.first + 1n);
  const hint = `remove it: the default is ${expected}, the address of the VPC router`;
  return [{ kind: 'outside', path: next.path, fault: `${next.value.address} ${fault}`, hint }];
}

function gatewayFault(next: Address, subnet: Network, routers: readonly DraftRouter[]): string | undefined {
  if (!containsAddress(subnet, next)) return `is not in the subnet ${subnet.cidr}`;
  const router = routers.find(({ address: own }) => own?.value.number === next.number);
  if (router !== undefined) return `is the address of ${router.name.value}`;
  if (next.number === subnet.first || next.number === subnet.last) return `is not a host address of ${subnet.cidr}`;
  // https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
  const isReserved = next.number === subnet.first + 2n || next.number === subnet.first + 3n;
  return isReserved ? `is reserved by AWS in ${subnet.cidr}, and forwards nothing` : undefined;
}

/** Two routers may share a subnet; two different subnets of a VPC never overlap. */
function halfShared({ routers = [] }: DraftSite): Fault[] {
  const [first, second] = routers.map(({ subnet }) => subnet);
  if (first === undefined || second === undefined || first.value.cidr === second.value.cidr) return [];
  if (!overlap(first.value, second.value)) return [];
  return [
    {
      kind: 'overlap',
      path: second.path,
      fault: `${second.value.cidr} overlaps the other router’s subnet ${first.value.cidr} (line ${first.line})`,
      hint: 'subnets of a VPC do not overlap: write the same subnet twice, or two separate ones',
    },
  ];
}
