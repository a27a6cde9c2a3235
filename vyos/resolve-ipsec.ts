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
 * In profile fast one end of a tunnel initiates IKE, and restarts it when the other end is lost. The other end clears the SA, and
 * initiates only when it has traffic to send, so that after a reboot it does not wait for the initiator to detect the loss.
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
 * A VTI is down until an SA exists (https://github.com/vyos/vyos-1x, src/etc/ipsec.d/vti-up-down), so no traffic can trigger
 * IKE: after a reboot the other end would wait up to 175 s, until the initiator gives up the old SA. So with VTIs both ends
 * initiate at start. Only the first end restarts later, otherwise there would be duplicate SAs.
 */
function initiatesWhen({ tunnels }: Resolving['settings'], { initiates }: TunnelEnd): 'at-start' | 'on-traffic' {
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
    initiates: fast ? initiatesWhen(settings, tunnel) : undefined,
    traffic:
      settings.tunnels === 'vti'
        ? { kind: 'vti', interface: tunnelInterface(resolving, tunnel) }
        : { kind: 'selectors', local: `${place.router.loopback}/32`, remote: `${greEnd(tunnel.remote)}/32` },
  };
}
