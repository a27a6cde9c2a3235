import type { Account, InterfaceFixture, RegionFixture, RouteTableFixture, ShellFixture } from '#emulator/account.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';

/** What the emulated routers run on, by router name. */
export interface RouterFixtures {
  /** Where Run Command finds the router's programs; undefined: no SSM agent. */
  shell(router: Router): ShellFixture | undefined;
  /** Managed policies of the routers' instance role, by ARN or name. */
  policies(site: Site): readonly string[];
}

/**
 * The account that a topology describes, as it is before anything of ours is deployed: VPCs, routers, and route tables
 * that point at the active routers.
 *
 * @throws RangeError for a site whose VPC is yet to be created
 */
export function accountOf(topology: Topology, fixtures: RouterFixtures): Account {
  return {
    regions: Object.fromEntries(topology.sites.map((site) => [site.region, regionOf(site, topology, fixtures)])),
  };
}

function regionOf(site: Site, topology: Topology, fixtures: RouterFixtures): RegionFixture {
  const routers = [site.routers.active, site.routers.standby];
  const vpc = known(site.vpc.id, `site ${site.name}: its VPC`);
  return {
    vpcs: [{ id: vpc, cidr: site.vpc.cidr }],
    subnets: routers.map((router, index) => ({ id: subnetId(vpc, index), vpc, cidr: router.subnet })),
    interfaces: routers.map((router, index) => interfaceOf(router, subnetId(vpc, index))),
    instances: routers.map((router) => {
      const shell = fixtures.shell(router);
      return {
        id: instanceOf(router),
        interfaces: [eniOf(router)],
        tags: { Name: router.name },
        role: { name: `${site.name}-router`, managedPolicies: fixtures.policies(site) },
        ...(shell && { shell }),
      };
    }),
    prefixLists: prefixListsOf(site, topology),
    routeTables: site.routeTables.map((table): RouteTableFixture => {
      const managed = table.destinations.map((destination) => ({ destination, target: eniOf(site.routers.active) }));
      return { id: table.id, vpc, routes: [{ destination: site.vpc.cidr, target: 'local' }, ...managed] };
    }),
  };
}

/** What a customer's prefix list holds is not in the topology: here, what the other sites announce. */
function prefixListsOf(site: Site, { sites }: Topology) {
  const entries = sites.filter((other) => other.name !== site.name).flatMap(({ frontSubnets }) => frontSubnets);
  const ids = new Set(
    site.routeTables.flatMap(({ destinations }) => destinations.filter((each) => each.startsWith('pl-'))),
  );
  return [...ids].map((id) => ({ id, name: `managed ${id}`, entries }));
}

/** `i-…` of a router that exists. */
export function instanceOf(router: Router): string {
  return known(router.instance, `router ${router.name}: its instance`);
}

/** `eni-…` of a router that exists. */
export function eniOf(router: Router): string {
  return known(router.eni, `router ${router.name}: its interface`);
}

function interfaceOf(router: Router, subnet: string): InterfaceFixture {
  const { address, publicAddress } = router;
  return { id: eniOf(router), subnet, address, publicAddress, sourceDestCheck: false };
}

function known(id: string | undefined, what: string): string {
  if (id === undefined) throw new RangeError(`${what} is yet to be created; only what exists can be emulated`);
  return id;
}

/** Fixtures need an id of the right shape; nothing refers to it. */
function subnetId(vpc: string, index: number): string {
  return `subnet-${vpc.slice('vpc-'.length, -1)}${index}`;
}
