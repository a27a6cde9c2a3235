import { join } from 'node:path';
import { requireNetwork } from '#topology/networks.ts';
import type { Router, Site, Topology, VyosVersion } from '#topology/topology.ts';
import { findRouter } from '#vyos/find-router.ts';
import { renderConfig } from '#vyos/render.ts';
import { resolveRouter } from '#vyos/resolve.ts';
import type { RouterModel } from '#vyos/router-model.ts';
import { addressInNetwork } from './address.ts';
import { LabError } from './lab-error.ts';

/** The plan of a lab: every namespace, address and file. Planning changes nothing on the machine. */
export interface LabPlan {
  readonly name: string;
  /** The prefix of every namespace's name; no other name on the machine begins with it. */
  readonly prefix: string;
  /** The directory of all files of the lab; `down` removes it. */
  readonly directory: string;
  readonly topology: Topology;
  /** True: tunnels between sites are GRE in ESP; false: plain VXLAN. */
  readonly encrypted: boolean;
  /**
   * For comparison with another design: the program that the standby's Serf runs when the active router fails, instead of
   * the bundle. Undefined: the bundle.
   */
  readonly standbyHandler: string | undefined;
  /** Namespace of the network between the sites. */
  readonly internet: string;
  readonly sites: readonly SitePlan[];
}

export interface SitePlan {
  readonly site: Site;
  /** The namespace that does AWS's part: forwarding by route table, NAT of Elastic IPs. */
  readonly vpc: string;
  /** Namespace of the hosts in the front subnets. */
  readonly host: string;
  /** The VPC's way to the internet. */
  readonly uplink: { readonly vpcAddress: string; readonly internetAddress: string; readonly port: string };
  readonly fronts: readonly {
    readonly port: string;
    /** Its hosts': `eth0`, `eth1`, … */
    readonly interface: string;
    readonly gateway: string;
    readonly prefixLength: number;
    /** The Linux routing table of its hosts, in their namespace. */
    readonly hostTable: number;
  }[];
  /** One for every managed route table of subnets, so that each is tested. */
  readonly hosts: readonly HostPlan[];
  /** Gateway route tables, and their Linux tables for traffic from the internet. */
  readonly edges: readonly { readonly routeTable: string; readonly linuxTable: number }[];
  readonly subnets: readonly { readonly bridge: string; readonly gateway: string; readonly prefixLength: number }[];
  readonly routers: readonly RouterPlan[];
}

export interface HostPlan {
  readonly address: string;
  readonly prefixLength: number;
  readonly hostTable: number;
  /** Of its front subnet, and that subnet's in the VPC's namespace. */
  readonly interface: string;
  readonly port: string;
  /** Id of the route table that its packets are forwarded by. */
  readonly routeTable: string;
  /** The destinations of its managed routes. */
  readonly destinations: readonly string[];
  /** The Linux routing table that follows it, in the VPC's namespace. */
  readonly linuxTable: number;
}

export interface RouterPlan {
  readonly router: Router;
  readonly site: Site;
  readonly partner: Router;
  readonly namespace: string;
  readonly directory: string;
  /** Its VyOS version. */
  readonly vyos: VyosVersion;
  readonly model: RouterModel;
  /** The `set` commands of the model, with the names of secrets. */
  readonly commands: readonly string[];
  /** Its switch port in the VPC's namespace, and the bridge of its subnet. */
  readonly port: string;
  readonly bridge: string;
  readonly prefixLength: number;
  readonly links: readonly LinkPlan[];
}

/** A point-to-point interface of the model, and the outer addresses that its packets go between. */
export interface LinkPlan {
  readonly interface: string;
  readonly address: string;
  readonly mtu: number;
  /** VXLAN network identifier, the same at both ends. */
  readonly id: number;
  readonly outer: { readonly local: string; readonly remote: string };
  /** Ends of a GRE tunnel: one that IPsec carries, or the pair's. Undefined: this one is VXLAN between the outer addresses. */
  readonly gre: { readonly source: string; readonly remote: string } | undefined;
}

/** The options of a lab besides the topology. */
export interface LabToRaise extends Pick<LabPlan, 'name' | 'encrypted'> {
  readonly standbyHandler?: string;
}

/** Above all tunnel numbers. */
const PAIR_ID = 10_000;
const FIRST_LINUX_TABLE = 101;
/** The first host address in the front subnet: AWS reserves the four before it. */
const FIRST_HOST = 10n;

/**
 * Several labs with different names may run on one machine.
 *
 * @param root directory that the lab's own is made in
 * @throws VyosConfigError for routers that cannot be configured, and LabError for a topology with far ends
 */
export function planLab(topology: Topology, { name, encrypted, standbyHandler }: LabToRaise, root: string): LabPlan {
  if (topology.farEnds.length > 0) {
    throw new LabError(
      `the lab does not support far ends: remove ${topology.farEnds.map((each) => each.name).join(', ')} and their tunnels`,
    );
  }
  const prefix = `vfl-${name}-`;
  const directory = join(root, name);
  return {
    name,
    prefix,
    directory,
    topology,
    encrypted,
    standbyHandler,
    internet: `${prefix}world.internet`,
    sites: topology.sites.map((site, index) => planSite(site, index, { topology, prefix, directory, encrypted })),
  };
}

export function routersOf(plan: LabPlan): readonly RouterPlan[] {
  return plan.sites.flatMap(({ routers }) => routers);
}

function planSite(
  site: Site,
  index: number,
  { topology, prefix, directory, encrypted }: Pick<LabPlan, 'topology' | 'prefix' | 'directory' | 'encrypted'>,
): SitePlan {
  const routers = [site.routers.active, site.routers.standby];
  const cidrs = [...new Set(routers.map(({ subnet }) => subnet))];
  const subnets = cidrs.map((cidr, at) => ({
    bridge: `subnet${at}`,
    gateway: routers.find(({ subnet }) => subnet === cidr)?.gateway ?? '',
    prefixLength: requireNetwork(cidr).prefix,
  }));
  return {
    site,
    // No router's name contains a dot.
    vpc: `${prefix}${site.name}.vpc`,
    host: `${prefix}${site.name}.host`,
    // Reserved for tests of devices (RFC 2544); a VPC cannot have a block of 198.19.0.0/16:
    // https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    uplink: { vpcAddress: `198.19.${index}.1`, internetAddress: `198.19.${index}.2`, port: `site${index}` },
    fronts: site.frontSubnets.map((cidr, at) => ({
      port: `front${at}`,
      interface: `eth${at}`,
      gateway: addressInNetwork(cidr, 1n),
      prefixLength: requireNetwork(cidr).prefix,
      hostTable: FIRST_LINUX_TABLE + at,
    })),
    hosts: planHosts(site),
    edges: planEdges(site),
    subnets,
    routers: routers.map((router, at) => ({
      ...findRouter(topology, router.name),
      namespace: `${prefix}${router.name}`,
      directory: join(directory, router.name),
      ...configOf(topology, router),
      port: `router${at}`,
      bridge: `subnet${cidrs.indexOf(router.subnet)}`,
      prefixLength: requireNetwork(router.subnet).prefix,
      links: planLinks(topology, router, encrypted),
    })),
  };
}

/** The lab supports the syntax of 1.4 and 1.5; routers of older versions run 1.4. */
function configOf(topology: Topology, router: Router): Pick<RouterPlan, 'vyos' | 'model' | 'commands'> {
  const vyos = router.vyos === '1.5' ? '1.5' : '1.4';
  return {
    vyos,
    model: resolveRouter(topology, router.name, { vyos }),
    commands: renderConfig(topology, router.name, { vyos }).lines,
  };
}

/** Numbered after the hosts' tables. */
function planEdges({ routeTables }: Site): SitePlan['edges'] {
  const others = routeTables.filter(({ edge }) => !edge).length;
  const first = FIRST_LINUX_TABLE + others;
  return routeTables.filter(({ edge }) => edge).map(({ id }, index) => ({ routeTable: id, linuxTable: first + index }));
}

function planHosts({ frontSubnets, routeTables }: Site): HostPlan[] {
  const tables = routeTables.filter(({ edge }) => !edge);
  return tables.map(({ id, destinations }, index) => {
    const front = index % frontSubnets.length;
    const cidr = frontSubnets[front] ?? '';
    return {
      address: addressInNetwork(cidr, FIRST_HOST + BigInt(index)),
      prefixLength: requireNetwork(cidr).prefix,
      hostTable: FIRST_LINUX_TABLE + front,
      interface: `eth${front}`,
      port: `front${front}`,
      routeTable: id,
      destinations,
      linuxTable: FIRST_LINUX_TABLE + index,
    };
  });
}

/**
 * Many kernels have no GRE, so the pair's link and unencrypted tunnels are VXLAN. The security groups of created routers permit
 * GRE and no VXLAN: theirs is GRE in userland, as the encrypted tunnels are.
 */
function planLinks(topology: Topology, router: Router, encrypted: boolean): LinkPlan[] {
  const { partner } = findRouter(topology, router.name);
  const all = topology.sites.flatMap(({ routers: { active, standby } }) => [active, standby]);
  return resolveRouter(topology, router.name).links.map(({ interface: name, address, mtu, gre }) => {
    const link = { interface: name, address, mtu };
    if (gre?.remote === partner.address) {
      const outer = { local: router.address, remote: partner.address };
      return { ...link, gre: encrypted && router.creation !== undefined ? gre : undefined, id: PAIR_ID, outer };
    }
    const network = requireNetwork(address).cidr;
    const index = topology.tunnels.findIndex((tunnel) => requireNetwork(tunnel.network).cidr === network);
    const other = topology.tunnels[index]?.between.find((end) => end !== router.name);
    const remote = all.find((each) => each.name === other);
    const outer = { local: router.address, remote: remote?.publicAddress ?? '' };
    return { ...link, gre: encrypted ? gre : undefined, id: index + 1, outer };
  });
}
