import { TUNNEL_NUMBERS } from '#topology/vyos-limits.ts';
import { mtu, tcpHeaders } from './profile-values.ts';
import type { Resolving } from './resolving.ts';
import type { Link } from './router-model.ts';
import { greEnd, type TunnelEnd } from './tunnel-ends.ts';
import { abilitiesOf } from './versions/abilities.ts';

/** Above the numbers of all tunnels. */
const pairInterface = `tun${TUNNEL_NUMBERS}`;

export function tunnelInterface({ settings, place: { router } }: Resolving, { index }: TunnelEnd): string {
  const number = router.firstTunnel + index;
  return settings.tunnels === 'vti' ? `vti${number}` : `tun${number}`;
}

export function resolveLinks(resolving: Resolving): Link[] {
  return [...resolving.tunnels.map((tunnel) => tunnelLink(resolving, tunnel)), ...pairLink(resolving)];
}

function tunnelLink(resolving: Resolving, tunnel: TunnelEnd): Link {
  const { settings, place } = resolving;
  const fast = settings.profile === 'fast';
  const bytes = tunnelMtu(settings);
  return {
    interface: tunnelInterface(resolving, tunnel),
    description: fast ? tunnel.remote.name : undefined,
    address: `${tunnel.localAddress}/${tunnel.prefixLength}`,
    mtu: bytes,
    // Instances in a VPC announce MSS 8961, and many networks drop the ICMP messages of path MTU discovery.
    mss: fast ? bytes - tcpHeaders : undefined,
    gre: settings.tunnels === 'gre' ? { source: place.router.loopback, remote: greEnd(tunnel.remote) } : undefined,
  };
}

function tunnelMtu({ profile, tunnels, vyos }: Resolving['settings']): number {
  if (profile === 'fast') return mtu[tunnels];
  return abilitiesOf(vyos.branch).espInUdp ? mtu.cbc : mtu.article;
}

/**
 * The pair has a GRE tunnel of its own. Over the VPC alone a router cannot forward a packet for a third network to the other
 * router: between subnets the VPC router uses the destination and its route tables, never the sender's next hop.
 */
function pairLink({ pair, place: { router, partner } }: Resolving): Link[] {
  if (pair === undefined) return [];
  return [
    {
      interface: pairInterface,
      description: partner.name,
      address: `${pair.localAddress}/${pair.prefixLength}`,
      mtu: mtu.pair,
      mss: undefined,
      gre: { source: router.address, remote: partner.address },
    },
  ];
}
