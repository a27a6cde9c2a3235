/**
 * One router's configuration as data: `resolve.ts` computes it, `features/` write it as commands. It does not depend on the
 * syntax of a VyOS version.
 */
import type { Profile } from '#topology/topology.ts';
import type { VyosRelease } from './versions/release.ts';

export interface RouterModel {
  readonly vyos: VyosRelease;
  readonly profile: Profile;
  readonly hostName: string;
  /** With its /32. */
  readonly loopback: string;
  /** One interface for each BGP neighbor that is not reached over the VPC itself. */
  readonly links: readonly Link[];
  readonly ipsec: Ipsec;
  readonly bfd: Bfd | undefined;
  readonly bgp: Bgp;
  /** Empty where the site's detectors do not name vrrp. */
  readonly vrrp: readonly VrrpGroup[];
  readonly prefixLists: readonly PrefixList[];
  readonly routeMaps: readonly RouteMap[];
  readonly staticRoutes: readonly StaticRoute[];
  /** Notes for the operator, as sentences. */
  readonly notes: readonly string[];
}

/** A point-to-point interface. */
export interface Link {
  readonly interface: string;
  readonly description: string | undefined;
  /** With its prefix length. */
  readonly address: string;
  /** Bytes. */
  readonly mtu: number;
  /** TCP MSS written into SYNs that leave here; undefined: unchanged. */
  readonly mss: number | undefined;
  /** A GRE tunnel's outer addresses; undefined for a VTI, which IPsec binds. */
  readonly gre: { readonly source: string; readonly remote: string } | undefined;
}

export interface Ipsec {
  readonly interface: string;
  readonly ikeGroups: readonly IkeGroup[];
  readonly espGroup: EspGroup;
  readonly peers: readonly IpsecPeer[];
  /** False with VTIs, whose selectors are 0.0.0.0/0: charon would route all traffic into the tunnel. */
  readonly routeAutoinstall: boolean;
  /** Undefined: strongSwan's defaults, 165 s in total. */
  readonly retransmission: Retransmission | undefined;
}

/** After `attempts` repetitions, the n-th after `timeout` × `base`^(n-1) seconds, IKEv2 considers the far end dead. */
interface Retransmission {
  readonly attempts: number;
  readonly base: number;
  /** Seconds. */
  readonly timeout: number;
}

export interface IkeGroup {
  readonly name: string;
  readonly keyExchange: 'ikev1' | 'ikev2';
  /** Seconds. */
  readonly lifetime: number;
  readonly proposal: Proposal;
  /** Undefined: VyOS's own default (1.3 and later: group 2). */
  readonly dhGroup: number | undefined;
  readonly deadPeer:
    | {
        /** Seconds. */
        readonly interval: number;
        /** Seconds; IKEv1 only. IKEv2 uses its retransmissions. */
        readonly timeout: number;
        /** The action after a dead peer or a closed SA: restart it, or clear it. */
        readonly afterwards: 'start' | 'forget';
      }
    | undefined;
}

export interface EspGroup {
  readonly name: string;
  /** Seconds. */
  readonly lifetime: number;
  readonly proposal: Proposal;
  /** Undefined: VyOS's default, which is perfect forward secrecy with the IKE group's DH group. */
  readonly pfsDhGroup: number | undefined;
  /** Undefined: VyOS's default, tunnel. */
  readonly mode: 'tunnel' | undefined;
}

interface Proposal {
  readonly encryption: string;
  /** With AES-GCM the hash of the PRF; GCM has its own integrity. */
  readonly hash: string;
}

export interface IpsecPeer {
  /** The remote router's name. */
  readonly name: string;
  /** Its Elastic IP: the destination of the packets, and its IKE id. */
  readonly remoteAddress: string;
  /** The router's own Elastic IP, which AWS translates. */
  readonly localId: string;
  /** The source of the packets: the address in the VPC. */
  readonly localAddress: string;
  /** Name of the SSM SecureString. */
  readonly psk: string;
  readonly ikeGroup: string;
  /** When it initiates IKE; undefined: VyOS's default, at its start. */
  readonly initiates: 'at-start' | 'on-traffic' | undefined;
  readonly traffic:
    | { readonly kind: 'selectors'; readonly local: string; readonly remote: string }
    | { readonly kind: 'vti'; readonly interface: string };
}

export interface Bfd {
  readonly profile: string;
  /** Milliseconds between packets, sent and wanted. */
  readonly intervalMs: number;
  /** The number of intervals without a packet after which a session is down. */
  readonly multiplier: number;
  /** BGP neighbors, all one hop away. */
  readonly peers: readonly string[];
}

export interface Bgp {
  readonly asn: number;
  readonly routerId: string | undefined;
  readonly timers: BgpTimers;
  readonly networks: readonly { readonly prefix: string; readonly routeMap: string | undefined }[];
  /** Route map of the static routes that BGP announces. */
  readonly redistributeStatic: string;
  /** Route map of the connected routes that it announces; undefined: none. */
  readonly redistributeConnected: string | undefined;
  readonly neighbors: readonly Neighbor[];
}

/** Seconds. */
export interface BgpTimers {
  readonly keepalive: number;
  readonly holdtime: number;
}

export interface Neighbor {
  readonly address: string;
  readonly remoteAs: number;
  readonly description: string | undefined;
  /** An interface. */
  readonly updateSource: string | undefined;
  readonly nexthopSelf: boolean;
  readonly bfd: boolean;
  /** Undefined: the router's own. */
  readonly timers: (BgpTimers & { readonly connect: number }) | undefined;
  readonly maximumPrefix: number | undefined;
  readonly importMap: string | undefined;
  readonly exportMap: string | undefined;
}

/** Unicast between the two routers of a pair: one is the master, the other detects its failure. */
export interface VrrpGroup {
  readonly name: string;
  readonly interface: string;
  readonly id: number;
  /** The router's own address in the VPC, and the partner's. */
  readonly source: string;
  readonly peer: string;
  /** The higher one is master. */
  readonly priority: number;
  /** With its /32. VRRP requires one; no traffic uses it. */
  readonly virtualAddress: string;
  /** What runs on becoming backup or master, with `backup` or `master` as its argument. */
  readonly transitionScript: string | undefined;
}

/** Exactly these prefixes. */
export interface PrefixList {
  readonly name: string;
  readonly prefixes: readonly string[];
}

/** What matches none of its rules is denied. */
export interface RouteMap {
  readonly name: string;
  readonly rules: readonly {
    readonly number: number;
    readonly prefixList: string;
    /** BGP's MED; undefined: unchanged. */
    readonly metric: number | undefined;
  }[];
}

export interface StaticRoute {
  readonly prefix: string;
  /** Undefined: a blackhole route, used if there is no better one. */
  readonly nextHop: string | undefined;
}
