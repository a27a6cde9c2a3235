/** Networks of link-local that the topology assigns: to tunnels that name none, and to the link of each pair. */
import type { Network } from './networks.ts';
import { addressFromNumber, requireNetwork } from './networks.ts';

/** Instance metadata (.254), DNS (.253) and time (.123) of every VPC are in this network. */
export const awsLinkLocal: Network = requireNetwork('169.254.169.0/24');

/** Numbers of the first and the last /30. */
type Range = readonly [first: bigint, last: bigint];

const range = (first: string, last: string): Range => [requireNetwork(first).first, requireNetwork(last).first];

/** From 169.254.10.0 up: AWS Site-to-Site VPN uses the addresses below. */
const forTunnels = range('169.254.10.0/30', '169.254.253.252/30');
const forPairs = range('169.254.254.0/30', '169.254.255.248/30');

/** `count` free /30 networks in rising order; fewer where link-local has no more room (some 15 000). */
export function freeTunnelNetworks(count: number, used: readonly Network[]): string[] {
  return freeNetworks(forTunnels, count, [...used, awsLinkLocal]);
}

/**
 * Two free /30 networks for the routers of a pair, the same in every site because they are never announced: that of their link,
 * and that of their VRRP addresses. Fewer where all others are in use.
 *
 * @param used by tunnels and loopbacks
 */
export function freePairNetworks(used: readonly Network[]): string[] {
  return freeNetworks(forPairs, 2, used);
}

function freeNetworks(within: Range, count: number, used: readonly Network[]): string[] {
  const taken = new Set(used.flatMap((network) => slots(network, within)));
  const free: string[] = [];
  const [first, last] = within;
  for (let next = first; free.length < count && next <= last; next += 4n) {
    if (!taken.has(next)) free.push(`${addressFromNumber(next)}/30`);
  }
  return free;
}

/** The /30 networks of a range that a network touches, by number. */
function slots(network: Network, [first, last]: Range): bigint[] {
  if (network.family !== 4 || network.last < first || network.first > last + 3n) return [];
  const found: bigint[] = [];
  for (let slot = network.first < first ? first : network.first & ~3n; slot <= network.last && slot <= last; slot += 4n)
    found.push(slot);
  return found;
}
