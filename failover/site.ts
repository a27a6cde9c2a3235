import type { Policy, Role, Router, Site, Topology } from '#topology/topology.ts';

/**
 * What the functions know about their site. It is computed at deployment and bundled with the code, so that a failover needs
 * no discovery.
 */
export interface ManagedSite {
  readonly topology: string;
  readonly name: string;
  readonly region: string;
  readonly asn: number;
  readonly routers: { readonly active: ManagedRouter; readonly standby: ManagedRouter };
  /** Most important first: a swap moves them in this order. */
  readonly routes: readonly ManagedRoute[];
  /** Routers of the other sites: possible witnesses, never targets. */
  readonly neighbors: readonly Neighbor[];
  readonly policy: Policy;
  /**
   * Whether the two routers can forward each other's traffic: over a tunnel between them, or in a common subnet. Between two
   * subnets the VPC router forwards by destination and ignores their next hop.
   */
  readonly pairForwards: boolean;
}

export interface Neighbor {
  readonly name: string;
  /** `i-…`; undefined: not known, and any instance in its role is accepted. */
  readonly instance?: string | undefined;
  /** Name of the IAM role of its instance, whose sessions may report for it. */
  readonly instanceRole: string;
}

export interface ManagedRouter {
  readonly name: string;
  readonly role: Role;
  /** `i-…`, as the topology has it. Undefined: a created router, which is the instance that is attached to its interface. */
  readonly instance?: string | undefined;
  /** `eni-…`, what the routes point at. */
  readonly eni: string;
  /** Interfaces that a deployed topology had for it before, and that managed routes point at now. Default: none. */
  readonly formerEnis?: readonly string[];
  /** Name of the IAM role of its instance, whose sessions may report for it. */
  readonly instanceRole: string;
  /** The neighbors whose sessions make a path (rule 1). */
  readonly bgp: BgpNeighbors;
}

/** Addresses of a router's BGP neighbors, as the topology has them. */
export interface BgpNeighbors {
  /** Far ends of its own tunnels. */
  readonly tunnels: readonly string[];
  /** The other router of the pair. */
  readonly pair: readonly string[];
}

/** One managed route: a destination in a route table. */
export interface ManagedRoute {
  /** `rtb-…` */
  readonly table: string;
  /** IPv4 CIDR, IPv6 CIDR or prefix list (`pl-…`). */
  readonly destination: string;
}

/**
 * The part of a topology that one site's functions need.
 *
 * @param bgpOf a router's BGP neighbors, which `vyos/` numbers
 * @throws RangeError if a router has no instance role, because then no report could be accepted from it
 */
export function managedSite(topology: Topology, site: Site, bgpOf: (router: Router) => BgpNeighbors): ManagedSite {
  const { active, standby } = site.routers;
  return {
    topology: topology.name,
    name: site.name,
    region: site.region,
    asn: site.asn,
    routers: { active: managedRouter(active, bgpOf(active)), standby: managedRouter(standby, bgpOf(standby)) },
    routes: managedRoutesOf(site),
    neighbors: topology.sites.filter((other) => other.name !== site.name).flatMap(neighborsIn),
    policy: site.policy,
    pairForwards: topology.profile === 'fast' || active.subnet === standby.subnet,
  };
}

/** The routes of a site that may be moved, in their order. */
export function managedRoutesOf({ routeTables }: Pick<Site, 'routeTables'>): ManagedRoute[] {
  return routeTables.flatMap(({ id, destinations }) => destinations.map((destination) => ({ table: id, destination })));
}

function neighborsIn({ routers: { active, standby } }: Site): Neighbor[] {
  return [active, standby].flatMap(({ name, instance, instanceRole }) =>
    instanceRole === undefined ? [] : [{ name, instance, instanceRole }],
  );
}

function managedRouter({ name, role, instance, eni, instanceRole }: Router, bgp: BgpNeighbors): ManagedRouter {
  if (instanceRole === undefined) {
    throw new RangeError(`router ${name} has no instanceRole; only routers whose role is known can be deployed`);
  }
  return { name, role, instance, eni, instanceRole, bgp };
}

/** Both routers, the preferred one first. */
export function routersOf(site: ManagedSite): readonly [ManagedRouter, ManagedRouter] {
  return [site.routers.active, site.routers.standby];
}

/** The router of that name, or undefined. */
export function routerNamed(site: ManagedSite, name: string): ManagedRouter | undefined {
  return routersOf(site).find((router) => router.name === name);
}

/** The router whose interface this is, or was while routes still point at it; undefined: neither. */
export function routerAt(site: ManagedSite, eni: string | undefined): ManagedRouter | undefined {
  return routersOf(site).find((router) => isAt(router, eni));
}

/** Whether an interface is this router's, or was while routes still point at it. */
export function isAt({ eni, formerEnis }: ManagedRouter, target: string | undefined): boolean {
  return target !== undefined && (target === eni || formerEnis?.includes(target) === true);
}

/** The other router of the pair. */
export function peerOf(site: ManagedSite, router: ManagedRouter): ManagedRouter {
  return router.name === site.routers.active.name ? site.routers.standby : site.routers.active;
}

/** The name of a route in messages and logs: `rtb-1 10.2.0.0/20`. */
export function routeName(route: ManagedRoute): string {
  return `${route.table} ${route.destination}`;
}
