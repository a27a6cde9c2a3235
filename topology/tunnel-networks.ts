/** Numbers for tunnels that name no network of their own. */
import type { Network } from './networks.ts';
import { addressFromNumber, requireNetwork } from './networks.ts';

/** Instance metadata (.254), DNS (.253) and time (.123) of every VPC are in this network. */
export const awsLinkLocal: Network = requireNetwork('169.254.169.0/24');
/** From 169.254.10.0 up: AWS Site-to-Site VPN uses the addresses below. */
const firstNumber = requireNetwork('169.254.10.0/30').first;
const lastNumber = requireNetwork('169.254.255.252/30').first;

/** `count` free /30 networks in rising order; fewer where link-local has no more room (some 15 000). */
export function freeTunnelNetworks(count: number, used: readonly Network[]): string[] {
  const taken = new Set([...used, awsLinkLocal].flatMap(slots));
  const free: string[] = [];
  for (let next = firstNumber; free.length < count && next <= lastNumber; next += 4n) {
    if (!taken.has(next)) free.push(`${addressFromNumber(next)}/30`);
  }
  return free;
}

/** The /30 networks of the tunnel range that a network touches, by number. */
function slots({ family, first, last }: Network): bigint[] {
  if (family !== 4 || last < firstNumber || first > lastNumber + 3n) return [];
  const found: bigint[] = [];
  for (let slot = first < firstNumber ? firstNumber : first & ~3n; slot <= last && slot <= lastNumber; slot += 4n)
    found.push(slot);
  return found;
}
