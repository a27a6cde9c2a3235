/** Numbers for tunnels that name no network of their own. */
import type { Network } from './networks.ts';
import { addressFromNumber, overlap, parseNetwork } from './networks.ts';

/** Instance metadata (.254), DNS (.253) and time (.123) answer here inside every VPC. */
export const awsLinkLocal: Network = known('169.254.169.0/24');
/** Up from 169.254.10.0: what lies before is used by AWS's own VPN service. */
const firstNumber = known('169.254.10.0/30').first;
const lastNumber = known('169.254.255.252/30').first;

/** `count` free /30 networks in rising order; fewer where link-local has no more room (some 15 000). */
export function freeTunnelNetworks(count: number, used: readonly Network[]): string[] {
  const taken = [...used, awsLinkLocal]
    .filter((network) => network.family === 4)
    .toSorted((a, b) => (a.first < b.first ? -1 : 1));
  const free: string[] = [];
  let next = firstNumber;
  while (free.length < count && next <= lastNumber) {
    const candidate = { family: 4, first: next, last: next + 3n } as const;
    while (taken[0] !== undefined && taken[0].last < candidate.first) taken.shift();
    const blocked = taken.some((network) => overlap(network, { ...awsLinkLocal, ...candidate }));
    if (!blocked) free.push(`${addressFromNumber(next)}/30`);
    next += 4n;
  }
  return free;
}

function known(cidr: string): Network {
  const network = parseNetwork(cidr);
  if (network === undefined) throw new Error(`${cidr} is no network`);
  return network;
}
