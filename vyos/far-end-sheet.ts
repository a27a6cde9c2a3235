/** The data with which the administrator of a far end configures its router: all that both ends must agree on, without keys. */
import type { FarEnd, Router, Site, Topology } from '#topology/topology.ts';
import { fastNames } from './policy-names.ts';
import { resolveRouter } from './resolve.ts';
import type { EspGroup, IkeGroup, IpsecPeer, Neighbor, RouterModel } from './router-model.ts';
import { tunnelEnds } from './tunnel-ends.ts';

export interface FarEndSheet {
  readonly topology: string;
  readonly farEnd: string;
  readonly publicAddress: string;
  readonly asn: number;
  readonly tunnels: readonly FarEndTunnel[];
  /** Prefixes that are accepted from it, exactly as long as here. */
  readonly networks: readonly string[];
}

/** One tunnel. `local` is the far end's own side, `remote` the router of the site. */
export interface FarEndTunnel {
  readonly router: string;
  readonly site: string;
  /** Traffic uses this tunnel while both are up. */
  readonly preferred: boolean;
  readonly ike: {
    readonly version: 1 | 2;
    readonly local: Identity;
    readonly remote: Identity;
    /** The end that initiates IKE. */
    readonly initiator: 'local' | 'remote' | 'either';
    readonly encryption: string;
    readonly hash: string;
    /** Diffie-Hellman group; null: VyOS's default, 2. */
    readonly dhGroup: number | null;
    /** s */
    readonly lifetime: number;
    /** Interval of dead peer detection, s; null: none. */
    readonly deadPeerInterval: number | null;
    /** Name of the SSM SecureString that holds the key. */
    readonly psk: string;
  };
  readonly esp: {
    readonly mode: 'tunnel';
    readonly encryption: string;
    readonly hash: string;
    /** Group of perfect forward secrecy; null: that of IKE. */
    readonly pfsDhGroup: number | null;
    /** s */
    readonly lifetime: number;
    /** Traffic selectors. */
    readonly selectors: { readonly local: string; readonly remote: string };
  };
  /** Outer addresses of the GRE tunnel inside IPsec; null: a route-based tunnel (VTI). */
  readonly gre: { readonly local: string; readonly remote: string } | null;
  /** Addresses inside the tunnel, with their prefix length. */
  readonly inner: { readonly local: string; readonly remote: string };
  /** Bytes. */
  readonly mtu: number;
  readonly mss: number | null;
  readonly bgp: {
    readonly neighbor: string;
    readonly remoteAs: number;
    readonly localAs: number;
    /** s */
    readonly keepalive: number;
    readonly holdtime: number;
    /** The session is closed above this number of prefixes; null: no limit (profile original). */
    readonly maximumPrefix: number | null;
  };
  readonly bfd: { readonly intervalMs: number; readonly multiplier: number } | null;
  /** Prefixes that this router announces; null: all that it knows (profile original has no filter). */
  readonly announced: readonly string[] | null;
  /** Their MED; null: not set (profile original). */
  readonly med: number | null;
}

interface Identity {
  readonly address: string;
  /** IKE identity, an IPv4 address. */
  readonly id: string;
}

/** @throws VyosConfigError for a topology that no router can run */
export function farEndSheet(topology: Topology, farEnd: FarEnd): FarEndSheet {
  const routers = topology.sites.flatMap((site) =>
    [site.routers.active, site.routers.standby].map((router) => ({ site, router })),
  );
  return {
    topology: topology.name,
    farEnd: farEnd.name,
    publicAddress: farEnd.publicAddress,
    asn: farEnd.asn,
    tunnels: routers.flatMap((place) => tunnelsOf(topology, farEnd, place)),
    networks: farEnd.networks,
  };
}

function tunnelsOf(
  topology: Topology,
  farEnd: FarEnd,
  { site, router }: { readonly site: Site; readonly router: Router },
): FarEndTunnel[] {
  const model = resolveRouter(topology, router.name);
  const partner = router.role === 'active' ? site.routers.standby : site.routers.active;
  return tunnelEnds(topology, { router, site, partner })
    .filter(({ remote }) => remote.name === farEnd.name)
    .flatMap(({ index, prefixLength, localAddress, remoteAddress }) => {
      const [peer, link, neighbor] = [model.ipsec.peers[index], model.links[index], model.bgp.neighbors[index]];
      const group = model.ipsec.ikeGroups.find(({ name }) => name === peer?.ikeGroup);
      if (peer === undefined || link === undefined || neighbor === undefined || group === undefined) return [];
      return [
        {
          router: router.name,
          site: site.name,
          preferred: router.role === 'active',
          ike: ike(peer, group, farEnd),
          esp: esp(peer, model.ipsec.espGroup),
          gre: link.gre === undefined ? null : { local: link.gre.remote, remote: link.gre.source },
          inner: { local: `${remoteAddress}/${prefixLength}`, remote: `${localAddress}/${prefixLength}` },
          mtu: link.mtu,
          mss: link.mss ?? null,
          bgp: bgp(model, neighbor, { localAddress, farEnd }),
          bfd: neighbor.bfd && model.bfd !== undefined ? bfd(model.bfd) : null,
          announced: announced(model),
          med: exportMap(model)?.rules[0]?.metric ?? null,
        },
      ];
    });
}

function ike(peer: IpsecPeer, group: IkeGroup, { publicAddress }: FarEnd): FarEndTunnel['ike'] {
  return {
    version: group.keyExchange === 'ikev2' ? 2 : 1,
    local: { address: publicAddress, id: publicAddress },
    remote: { address: peer.localId, id: peer.localId },
    initiator: group.deadPeer === undefined ? 'either' : group.deadPeer.afterwards === 'start' ? 'remote' : 'local',
    encryption: group.proposal.encryption,
    hash: group.proposal.hash,
    dhGroup: group.dhGroup ?? null,
    lifetime: group.lifetime,
    deadPeerInterval: group.deadPeer?.interval ?? null,
    psk: peer.psk,
  };
}

function esp({ traffic }: IpsecPeer, { proposal, pfsDhGroup, lifetime }: EspGroup): FarEndTunnel['esp'] {
  const any = '0.0.0.0/0';
  return {
    mode: 'tunnel',
    ...proposal,
    pfsDhGroup: pfsDhGroup ?? null,
    lifetime,
    selectors: traffic.kind === 'vti' ? { local: any, remote: any } : { local: traffic.remote, remote: traffic.local },
  };
}

function bgp(
  { bgp: { asn, timers } }: RouterModel,
  neighbor: Neighbor,
  { localAddress, farEnd }: { readonly localAddress: string; readonly farEnd: FarEnd },
): FarEndTunnel['bgp'] {
  const { keepalive, holdtime } = neighbor.timers ?? timers;
  const maximumPrefix = neighbor.maximumPrefix ?? null;
  return { neighbor: localAddress, remoteAs: asn, localAs: farEnd.asn, keepalive, holdtime, maximumPrefix };
}

function bfd({ intervalMs, multiplier }: NonNullable<RouterModel['bfd']>): FarEndTunnel['bfd'] {
  return { intervalMs, multiplier };
}

/** What the export map lets through. */
function announced(model: RouterModel): readonly string[] | null {
  const { prefixLists } = model;
  const prefixesOf = (list: string) => prefixLists.find(({ name }) => name === list)?.prefixes ?? [];
  return exportMap(model)?.rules.flatMap(({ prefixList }) => prefixesOf(prefixList)) ?? null;
}

function exportMap({ routeMaps }: RouterModel): RouterModel['routeMaps'][number] | undefined {
  return routeMaps.find(({ name }) => name === fastNames.farEndOut);
}
