import type { Account, InterfaceFixture, RegionFixture, RouteTableFixture, ShellFixture } from '#emulator/account.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';

/** Where Run Command finds a router's programs; undefined: no SSM agent. */
export type ShellOf = (router: Router) => ShellFixture | undefined;

/**
 * The account that a topology describes, as it is before anything of ours is deployed: VPCs, routers, and route tables
 * that point at the active routers. The routers' roles may do nothing yet.
 *
 * @throws RangeError for a site whose VPC is yet to be created, or a router without a role
 */
export function accountOf(topology: Topology, shellOf: ShellOf): Account {
  const regions: Record<string, RegionFixture> = {};
  for (const region of new Set(topology.sites.map((site) => site.region))) {
    const sites = topology.sites.filter((site) => site.region === region);
    const parts = sites.map((site) => regionOf(site, shellOf));
    regions[region] = {
      vpcs: parts.flatMap(({ vpcs }) => vpcs),
      subnets: parts.flatMap(({ subnets }) => subnets),
      interfaces: parts.flatMap(({ interfaces }) => interfaces),
      instances: parts.flatMap(({ instances }) => instances),
      routeTables: parts.flatMap(({ routeTables }) => routeTables),
      prefixLists: prefixListsOf(sites, topology),
    };
  }
  return { regions };
}

function regionOf(site: Site, shellOf: ShellOf): Omit<RegionFixture, 'prefixLists'> {
  const routers = [site.routers.active, site.routers.standby];
  const vpc = known(site.vpc.id, `site ${site.name}: its VPC`);
  return {
    vpcs: [{ id: vpc, cidr: site.vpc.cidr }],
    subnets: routers.map((router) => ({ id: subnetOf(router), vpc, cidr: router.subnet })),
    interfaces: routers.map(interfaceOf),
    instances: routers.map((router) => {
      const shell = shellOf(router);
      return {
        id: instanceOf(router),
        interfaces: [eniOf(router)],
        tags: { Name: router.name },
        role: { name: roleOf(router), managedPolicies: [] },
        ...(shell && { shell }),
      };
    }),
    routeTables: site.routeTables.map((table): RouteTableFixture => {
      const managed = table.destinations.map((destination) => ({ destination, target: eniOf(site.routers.active) }));
      return { id: table.id, vpc, routes: [{ destination: site.vpc.cidr, target: 'local' }, ...managed] };
    }),
  };
}

/**
 * What a customer's prefix list holds is not in the topology: here, what the other sites announce. Two sites of a region
 * may use the same list.
 */
function prefixListsOf(here: readonly Site[], { sites }: Topology) {
  const entries = new Map<string, Set<string>>();
  for (const site of here) {
    const others = sites.filter((other) => other.name !== site.name).flatMap(({ frontSubnets }) => frontSubnets);
    for (const id of site.routeTables.flatMap(({ destinations }) => destinations.filter(isPrefixList)))
      entries.set(id, new Set([...(entries.get(id) ?? []), ...others]));
  }
  return [...entries].map(([id, networks]) => ({ id, name: `managed ${id}`, entries: [...networks] }));
}

function isPrefixList(destination: string): boolean {
  return destination.startsWith('pl-');
}

/** `i-…` of a router that exists. */
export function instanceOf(router: Router): string {
  return known(router.instance, `router ${router.name}: its instance`);
}

/** `eni-…` of a router that exists. */
export function eniOf(router: Router): string {
  return known(router.eni, `router ${router.name}: its interface`);
}

/** Name of the IAM role of a router that may report. */
export function roleOf(router: Router): string {
  return known(router.instanceRole, `router ${router.name}: its instanceRole`);
}

function interfaceOf(router: Router): InterfaceFixture {
  const { address, publicAddress } = router;
  return { id: eniOf(router), subnet: subnetOf(router), address, publicAddress, sourceDestCheck: false };
}

function known(id: string | undefined, what: string): string {
  if (id === undefined) throw new RangeError(`${what} is yet to be created; only what exists can be emulated`);
  return id;
}

/** Fixtures need an id of the right shape, one of its own; nothing refers to it. */
function subnetOf(router: Router): string {
  return `subnet-${eniOf(router).slice('eni-'.length)}`;
}
