import { type Line, line } from '../line.ts';
import type { EspGroup, IkeGroup, IpsecPeer, RouterModel } from '../router-model.ts';
import { secretPlaceholder } from '../secrets.ts';
import { type Syntax, syntaxOf } from '../versions/syntax.ts';

export function ipsec({ vyos, ipsec: model }: RouterModel): Line[] {
  const syntax = syntaxOf(vyos);
  return [
    line`${syntax.ipsecInterface} ${model.interface}`,
    ...(model.routeAutoinstall ? [] : [line`vpn ipsec options disable-route-autoinstall`]),
    ...retransmission(model, syntax),
    ...model.ikeGroups.flatMap((group) => ikeGroup(group, syntax)),
    ...espGroup(model.espGroup),
    ...model.peers.flatMap((peer) => [...separateKey(peer, syntax), ...ipsecPeer(peer, model.espGroup, syntax)]),
  ];
}

function retransmission({ retransmission: model }: RouterModel['ipsec'], syntax: Syntax): Line[] {
  if (model === undefined || !syntax.retransmission) return [];
  const root = line`vpn ipsec options retransmission`;
  return [
    line`${root} attempts ${model.attempts}`,
    line`${root} base ${model.base}`,
    line`${root} timeout ${model.timeout}`,
  ];
}

function ikeGroup({ name, keyExchange, lifetime, proposal, dhGroup, deadPeer }: IkeGroup, syntax: Syntax): Line[] {
  const root = line`vpn ipsec ike-group ${name}`;
  return [
    ...(syntax.explicitKeyExchange ? [line`${root} key-exchange ${keyExchange}`] : []),
    ...(keyExchange === 'ikev2' ? [line`${root} ${syntax.withoutMobike}`] : []),
    line`${root} lifetime ${lifetime}`,
    line`${root} proposal 1 encryption ${proposal.encryption}`,
    line`${root} proposal 1 hash ${proposal.hash}`,
    ...(dhGroup === undefined ? [] : [line`${root} proposal 1 dh-group ${dhGroup}`]),
    ...(deadPeer === undefined
      ? []
      : [
          line`${root} dead-peer-detection action ${syntax.deadPeer[deadPeer.afterwards].dpd}`,
          line`${root} dead-peer-detection interval ${deadPeer.interval}`,
          line`${root} dead-peer-detection timeout ${deadPeer.timeout}`,
          line`${root} close-action ${syntax.deadPeer[deadPeer.afterwards].close}`,
        ]),
  ];
}

function espGroup({ name, lifetime, proposal, pfsDhGroup, mode }: EspGroup): Line[] {
  const root = line`vpn ipsec esp-group ${name}`;
  return [
    line`${root} lifetime ${lifetime}`,
    ...(mode === undefined ? [] : [line`${root} mode ${mode}`]),
    ...(pfsDhGroup === undefined ? [] : [line`${root} pfs ${`dh-group${pfsDhGroup}`}`]),
    line`${root} proposal 1 encryption ${proposal.encryption}`,
    line`${root} proposal 1 hash ${proposal.hash}`,
  ];
}

function separateKey({ name, localId, remoteAddress, psk }: IpsecPeer, { namedPeers }: Syntax): Line[] {
  if (!namedPeers) return [];
  const root = line`vpn ipsec authentication psk ${name}`;
  return [
    line`${root} id ${localId}`,
    line`${root} id ${remoteAddress}`,
    line`${root} secret ${secretPlaceholder(psk)}`,
  ];
}

function ipsecPeer(peer: IpsecPeer, esp: EspGroup, syntax: Syntax): Line[] {
  const { namedPeers } = syntax;
  const root = line`vpn ipsec site-to-site peer ${namedPeers ? peer.name : peer.remoteAddress}`;
  return [
    line`${root} authentication mode pre-shared-secret`,
    ...(namedPeers ? [] : [line`${root} authentication pre-shared-secret ${secretPlaceholder(peer.psk)}`]),
    line`${root} authentication ${namedPeers ? 'local-id' : 'id'} ${peer.localId}`,
    line`${root} authentication remote-id ${peer.remoteAddress}`,
    ...(peer.initiates === undefined ? [] : [line`${root} connection-type ${connectionType(peer.initiates, syntax)}`]),
    line`${root} default-esp-group ${esp.name}`,
    line`${root} ike-group ${peer.ikeGroup}`,
    line`${root} local-address ${peer.localAddress}`,
    ...(namedPeers ? [line`${root} remote-address ${peer.remoteAddress}`] : []),
    ...traffic(root, peer, esp),
  ];
}

function connectionType(initiates: 'at-start' | 'on-traffic', { onTraffic }: Syntax): string {
  return initiates === 'at-start' ? 'initiate' : onTraffic;
}

function traffic(root: Line, peer: IpsecPeer, esp: EspGroup): Line[] {
  if (peer.traffic.kind === 'vti') {
    return [line`${root} vti bind ${peer.traffic.interface}`, line`${root} vti esp-group ${esp.name}`];
  }
  return [
    line`${root} tunnel 1 local prefix ${peer.traffic.local}`,
    line`${root} tunnel 1 remote prefix ${peer.traffic.remote}`,
  ];
}
