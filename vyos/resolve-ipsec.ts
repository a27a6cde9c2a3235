import { deadPeerSeconds, profileValues } from './profile-values.ts';
import type { Resolving } from './resolve.ts';
import { tunnelInterface } from './resolve-links.ts';
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
    connectionType: fast ? (tunnel.initiates ? 'initiate' : 'respond') : undefined,
    traffic:
      settings.tunnels === 'vti'
        ? { kind: 'vti', interface: tunnelInterface(resolving, tunnel) }
        : { kind: 'selectors', local: `${place.router.loopback}/32`, remote: `${greEnd(tunnel.remote)}/32` },
  };
}
