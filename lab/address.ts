import { addressFromNumber, parseNetwork } from '#topology/networks.ts';

/** The address at a place in an IPv4 network, counted from its first: 1 is where AWS has a subnet's router. */
export function addressInNetwork(cidr: string, place: bigint): string {
  const network = parseNetwork(cidr);
  if (network === undefined || network.family !== 4) throw new RangeError(`not an IPv4 network: ${cidr}`);
  if (network.first + place > network.last) throw new RangeError(`${cidr} has no address number ${place}`);
  return addressFromNumber(network.first + place);
}
