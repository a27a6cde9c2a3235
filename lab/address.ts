import { addressFromNumber, parseNetwork } from '#topology/networks.ts';

/** The n-th address of an IPv4 network, from 0: 1 is the address of the VPC router in a subnet. */
export function addressInNetwork(cidr: string, place: bigint): string {
  const network = parseNetwork(cidr);
  if (network === undefined || network.family !== 4) throw new RangeError(`not an IPv4 network: ${cidr}`);
  if (network.first + place > network.last) throw new RangeError(`${cidr} has no address number ${place}`);
  return addressFromNumber(network.first + place);
}
