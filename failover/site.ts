import type { Policy, Role, Router, Site, Topology } from '#topology/topology.ts';

/**
 * What the functions know about their site. It is worked out at deploy time and travels with the code, so that no
 * discovery stands between a dead router and its routes.
 */
export interface ManagedSite {
  readonly topology: string;
  readonly name: string;
  readonly region: string;
  readonly asn: number;
  readonly routers: { readonly active: ManagedRouter; readonly standby: ManagedRouter };
  /** Most important first: a swap moves them in this order. */
  readonly routes: readonly ManagedRoute[];
  /** Routers of the other sites: they may testify about ours, and get no traffic. */
  readonly neighbors: readonly Neighbor[];
  readonly policy: Policy;
}

export interface Neighbor {
  readonly name: string;
  /** `i-…` */
  readonly instance: string;
}

export interface ManagedRouter {
  readonly name: string;
  readonly role: Role;
  /** `i-…` */
  readonly instance: string;
  /** `eni-…`, what the routes point at. */
  readonly eni: string;
}

/** One route that we may move: a destination in a route table. */
export interface ManagedRoute {
  /** `rtb-…` */
  readonly table: string;
  /** IPv4 CIDR, IPv6 CIDR or prefix list (`pl-…`). */
  readonly destination: string;
}

/**
 * The part of a topology that one site's functions need.
 *
 * @throws RangeError if the site's VPC is yet to be created, because then nothing has an id to point at.
 */
export function managedSite(topology: Topology, site: Site): ManagedSite {
  return {
    topology: topology.name,
    name: site.name,
    region: site.region,
    asn: site.asn,
    routers: { active: managedRouter(site.routers.active), standby: managedRouter(site.routers.standby) },
    routes: site.routeTables.flatMap((table) =>
      table.destinations.map((destination) => ({ table: table.id, destination })),
    ),
    neighbors: topology.sites.filter((other) => other.name !== site.name).flatMap(neighborsIn),
    policy: site.policy,
  };
}

function neighborsIn({ routers: { active, standby } }: Site): Neighbor[] {
  return [active, standby].flatMap(({ name, instance }) => (instance === undefined ? [] : [{ name, instance }]));
}

function managedRouter({ name, role, instance, eni }: Router): ManagedRouter {
  if (instance === undefined || eni === undefined) {
    throw new RangeError(`router ${name} has no instance and interface id; only routers that exist can be failed over`);
  }
  return { name, role, instance, eni };
}

/** Both routers, the topology's preference first. */
export function routersOf(site: ManagedSite): readonly [ManagedRouter, ManagedRouter] {
  return [site.routers.active, site.routers.standby];
}

/** The router of that name, or undefined. */
export function routerNamed(site: ManagedSite, name: string): ManagedRouter | undefined {
  return routersOf(site).find((router) => router.name === name);
}

/** The other router of the pair. */
export function peerOf(site: ManagedSite, router: ManagedRouter): ManagedRouter {
  return router.name === site.routers.active.name ? site.routers.standby : site.routers.active;
}

/** `rtb-1 10.2.0.0/20`, as people and logs name a route. */
export function routeName(route: ManagedRoute): string {
  return `${route.table} ${route.destination}`;
}
