import { deadPeerSeconds, profileValues, retransmission } from './profile-values.ts';
import { tunnelInterface } from './resolve-links.ts';
import type { Resolving } from './resolving.ts';
import type { IkeGroup, Ipsec, IpsecPeer } from './router-model.ts';
import { greEnd, type TunnelEnd } from './tunnel-ends.ts';

export function resolveIpsec(resolving: Resolving): Ipsec {
  const { settings, place, tunnels } = resolving;
  return {
    interface: place.router.interface,
    ikeGroups: ikeGroups(resolving),
    espGroup: profileValues[settings.profile].esp,
    peers: tunnels.map((tunnel) => ipsecPeer(resolving, tunnel)),
    routeAutoinstall: settings.tunnels === 'gre',
    retransmission: settings.profile === 'fast' ? retransmission : undefined,
  };
}

/**
 * In profile fast one end of a tunnel calls, and begins anew when the other one is gone. The other end forgets, and
 * calls by itself only when it has something to send, so that it need not wait for the caller to notice its reboot.
 */
function ikeGroups({ settings, tunnels }: Resolving): IkeGroup[] {
  const values = profileValues[settings.profile].ike;
  if (settings.profile === 'original') return [{ ...values, name: 'ike', deadPeer: undefined }];
  const groups: IkeGroup[] = [
    { ...values, name: ikeGroupName(true), deadPeer: { ...deadPeerSeconds, afterwards: 'start' } },
    { ...values, name: ikeGroupName(false), deadPeer: { ...deadPeerSeconds, afterwards: 'forget' } },
  ];
  return groups.filter(({ name }) => tunnels.some(({ initiates }) => ikeGroupName(initiates) === name));
}

/**
 * A VTI is down until there is an SA (https://github.com/vyos/vyos-1x, src/etc/ipsec.d/vti-up-down), so nothing is ever sent
 * that would call: after its own reboot the other end would wait until the first one has given up on the old SA, up to
 * 175 s. So there both call at their start. Only the first one calls again later, or there would be two SAs of everything.
 */
function callsWhen({ tunnels }: Resolving['settings'], { initiates }: TunnelEnd): 'at-start' | 'on-traffic' {
  return initiates || tunnels === 'vti' ? 'at-start' : 'on-traffic';
}

function ikeGroupName(initiates: boolean): string {
  return initiates ? 'ike-initiate' : 'ike-respond';
}

function ipsecPeer(resolving: Resolving, tunnel: TunnelEnd): IpsecPeer {
  const { settings, place } = resolving;
  const fast = settings.profile === 'fast';
  return {
    name: tunnel.remote.name,
    remoteAddress: tunnel.remote.publicAddress,
    localId: place.router.publicAddress,
    localAddress: place.router.address,
    psk: tunnel.psk,
    ikeGroup: fast ? ikeGroupName(tunnel.initiates) : 'ike',
    calls: fast ? callsWhen(settings, tunnel) : undefined,
    traffic:
      settings.tunnels === 'vti'
        ? { kind: 'vti', interface: tunnelInterface(resolving, tunnel) }
        : { kind: 'selectors', local: `${place.router.loopback}/32`, remote: `${greEnd(tunnel.remote)}/32` },
  };
}
