import { containsAddress, parseAddress, requireNetwork } from '#topology/networks.ts';
import type { Topology } from '#topology/topology.ts';

/** Private addresses (RFC 1918) and the shared ones of carriers (RFC 6598). The topology accepts no other unicast address of a special use. */
const NOT_ROUTED = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(requireNetwork);

/** Public addresses of routers and far ends that tunnels over the Internet cannot reach. A created router's is not known yet. */
export function privateAddressesNotes({ sites, farEnds }: Topology): string[] {
  const ends = [
    ...sites
      .flatMap(({ routers: { active, standby } }) => [active, standby])
      .map((each) => ({ ...each, what: 'router' })),
    ...farEnds.map((each) => ({ ...each, what: 'far end' })),
  ];
  return ends.flatMap(({ what, name, publicAddress }) => {
    const address = parseAddress(publicAddress);
    if (address === undefined || !NOT_ROUTED.some((network) => containsAddress(network, address))) return [];
    const correct = what === 'router' ? 'State its Elastic IP' : 'State its public address';
    return [
      `${what} ${name}: the Internet does not route its publicAddress ${publicAddress}. ${correct}, or make sure that the other ends of its tunnels ` +
        'reach this address over VPC peering, a transit gateway or Direct Connect.',
    ];
  });
}
