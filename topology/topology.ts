/**
 * The topology as the rest of the project sees it: validated, defaults filled in, durations in ms, addresses in
 * canonical form. Only `load.ts` makes it.
 */
import type { VyosVersion } from './vyos-versions.ts';

export type { VyosVersion } from './vyos-versions.ts';

/** `original`: the 2014 article's exact values. `fast`: BFD, IKEv2, AES-GCM, today's defaults. */
export type Profile = 'original' | 'fast';
/** The role that the topology prefers. The router that carries the traffic now is the owner, which only AWS knows. */
export type Role = 'active' | 'standby';
/** Detectors that an operator may switch on per site; `ec2`, `probe` and `operator` are always there. */
export type SiteDetector = 'serf' | 'bfd' | 'vrrp';

export interface Topology {
  readonly name: string;
  /** 12 digits: the account that it is deployed in. Undefined: that of the credentials. */
  readonly account: string | undefined;
  /** Whether CloudFormation refuses to delete the stacks of sites and addresses. Default false. */
  readonly terminationProtection: boolean;
  readonly vyos: VyosVersion;
  readonly profile: Profile;
  /** Between sites: GRE inside IPsec, or IPsec's own interfaces. Default `gre`. */
  readonly tunnelType: 'gre' | 'vti';
  /** Of profile `fast`. Default 50 ms, 6 times. */
  readonly bfd: { readonly intervalMs: number; readonly multiplier: number };
  /** The SSM agent's package for routers that are to be created, as written: relative to the topology file. */
  readonly ssmAgent: string | undefined;
  readonly sites: readonly Site[];
  /** Routers outside the sites at the other end of tunnels: on-premises, or a partner's. Default: none. */
  readonly farEnds: readonly FarEnd[];
  readonly tunnels: readonly Tunnel[];
}

export interface Site {
  readonly name: string;
  readonly region: string;
  readonly asn: number;
  readonly vpc: {
    /** Its IPv4 CIDR blocks, the primary one first. */
    readonly cidrs: readonly [string, ...string[]];
    /** Whether the deployment creates it. */
    readonly create: boolean;
    /** `vpc-…`, or the placeholder of a created one (`created-ids.ts`). */
    readonly id: string;
  };
  /** CIDRs announced to the other sites. */
  readonly frontSubnets: readonly string[];
  readonly routers: { readonly active: Router; readonly standby: Router };
  readonly routeTables: readonly ManagedTable[];
  /** Whether the deployment creates managed routes that are missing. Default: true if the site's routers are created. */
  readonly createRoutes: boolean;
  readonly detectors: readonly SiteDetector[];
  /** How long a router probes its silent peer before it reports the peer failed. Default 300 ms; 1000 with `prefer: safety`. */
  readonly confirmMs: number;
  /** Lambda environments kept for route-swap; 0: none. Default 20, and less where more than 45 sites are in one region. */
  readonly reservedConcurrency: number;
  /** Whether the site has a CloudWatch dashboard. Default: the first three sites have one. */
  readonly dashboard: boolean;
  readonly policy: Policy;
  /** The topology's, unless the site has its own. */
  readonly notify: Notify;
}

export interface Router {
  readonly name: string;
  readonly site: string;
  readonly role: Role;
  readonly vyos: VyosVersion;
  /** How the deployment creates its interface, Elastic IP and instance; undefined: it exists. */
  readonly creation: RouterCreation | undefined;
  /** `i-…`; undefined for a created router, which is whatever instance its interface is attached to. */
  readonly instance: string | undefined;
  /**
   * Name of the IAM role of its instance, the site's where it has none of its own. A created router has a created role by
   * default; undefined: it cannot be deployed.
   */
  readonly instanceRole: string | undefined;
  /** `eni-…`, the interface that routes point at, or the placeholder of a created one (`created-ids.ts`). */
  readonly eni: string;
  /** VyOS name of that interface. Default `eth0`. */
  readonly interface: string;
  /** Number of its first tunnel interface: `tun0`, or `tun20` where others are there already. Default 0. */
  readonly firstTunnel: number;
  readonly subnet: string;
  readonly address: string;
  /** The VPC's router in `subnet`. Default: the subnet's first address. */
  readonly gateway: string;
  /**
   * The Elastic IP that the other site's tunnels end at. For a created router the placeholder (`created-ids.ts`), unless the file
   * states the address.
   */
  readonly publicAddress: string;
  readonly loopback: string;
}

/** What a router is created from. */
export interface RouterCreation {
  /** `ap-northeast-1a`; undefined: the Region's first zone for the active router, its second for the standby. */
  readonly zone: string | undefined;
  /** `subnet-…`; undefined: the subnet is created with the VPC. */
  readonly subnetId: string | undefined;
  readonly image: Image;
  /** Default `c5n.large`, the default of VyOS's own CloudFormation templates. */
  readonly instanceType: string;
  /** Whether its role is created, because the file names none. */
  readonly createRole: boolean;
}

/** An image by its id, by an SSM parameter's name, or the newest one of an owner with a name (`*` matches any text). */
export type Image =
  | { readonly id: string }
  | { readonly parameter: string }
  | { readonly owner: string; readonly name: string };

/** A router outside the sites: it gets no configuration and is never queried. */
export interface FarEnd {
  readonly name: string;
  /** Where the tunnels end, and its IKE identity. */
  readonly publicAddress: string;
  readonly asn: number;
  /** The networks behind it: only these prefixes are accepted from it. */
  readonly networks: readonly string[];
  /** Its end of the GRE tunnels inside IPsec; undefined only with `tunnelType: vti`, which needs none. */
  readonly loopback: string | undefined;
  /** True if it runs BFD. Without BFD its failure is detected by BGP's hold time. Default false. */
  readonly bfd: boolean;
}

/** A route table and the managed destinations in it. */
export interface ManagedTable {
  /** `rtb-…`, or the placeholder of the created VPC's table (`created-ids.ts`). */
  readonly id: string;
  /** IPv4 or IPv6 CIDRs, or prefix lists (`pl-…`). Default: every other site's front subnets, and the far ends' networks. */
  readonly destinations: readonly string[];
  /** A gateway (edge) route table: its destinations are subnets of the site's own VPC. Default false. */
  readonly edge: boolean;
}

export interface Policy {
  readonly prefer: 'availability' | 'safety';
  readonly mode: 'automatic' | 'observe' | 'off';
  /** `automatic`: the routes move away from an instance before its scheduled event. Default `manual`. */
  readonly evacuate: 'manual' | 'automatic';
  /** Time after an automatic swap during which no other automatic swap starts. Default 300 000 ms. */
  readonly holdDownMs: number;
  /** Limit of automatic swaps in any 60 minutes; beyond it an operator must act. Default 3. */
  readonly maxSwapsPerHour: number;
}

/** Who gets the messages of a site, besides those who subscribe to its topic by hand. */
export interface Notify {
  /** Each must confirm its subscription. */
  readonly email: readonly string[];
  /** Ids of the workspace and of the channel; undefined: none. */
  readonly slack: { readonly workspace: string; readonly channel: string } | undefined;
}

export interface Tunnel {
  /** Router names, of different sites, or of one router and one far end. The first has the network's first usable address. */
  readonly between: readonly [string, string];
  /** A /30 (or /31). */
  readonly network: string;
  /** Name of the SSM SecureString with the pre-shared key; the key itself is never here. */
  readonly psk: string;
}
