import type { Account, InterfaceFixture, RegionFixture, RouteTableFixture, ShellFixture } from '#emulator/account.ts';
import { containsNetwork, parseNetwork } from '#topology/networks.ts';
import type { ManagedTable, Router, Site, Topology } from '#topology/topology.ts';

/** Where Run Command finds a router's programs; undefined: no SSM agent. */
export type ShellOf = (router: Router) => ShellFixture | undefined;

/**
 * The account that a topology describes, before the stacks are deployed: VPCs, routers, and route tables
 * that point at the active routers. The routers' roles may do nothing yet. Its id is the topology's `account`, if it states one.
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
  return { ...(topology.account !== undefined && { id: topology.account }), regions, slack: slackOf(topology) };
}

/** The channels that the topology names, in workspaces that are authorized. */
export function slackOf({ sites }: Topology): Record<string, string[]> {
  const channels: Record<string, string[]> = {};
  for (const { notify } of sites) {
    if (notify.slack === undefined) continue;
    const { workspace, channel } = notify.slack;
    channels[workspace] = [...(channels[workspace] ?? []), channel];
  }
  return channels;
}

function regionOf(site: Site, shellOf: ShellOf): Omit<RegionFixture, 'prefixLists'> {
  const routers = [site.routers.active, site.routers.standby];
  const vpc = known(site.vpc.id, `site ${site.name}: its VPC`);
  const [cidr, ...otherCidrs] = site.vpc.cidrs;
  return {
    vpcs: [{ id: vpc, cidr, moreCidrs: [...otherCidrs, ...ipv6BlocksOf(site)] }],
    subnets: [
      ...routers.map((router) => ({ id: subnetOf(router), vpc, cidr: router.subnet })),
      ...routedSubnets(site, vpc),
    ],
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
      return { id: table.id, vpc, ...gatewayOf(table, site), routes: managed };
    }),
  };
}

/**
 * A route into the own VPC is for the whole of a subnet, unless for a CIDR block of the VPC: so those subnets are there.
 * What else is in the VPC the topology does not say.
 */
function routedSubnets(site: Site, vpc: string): RegionFixture['subnets'] {
  const known = [...site.vpc.cidrs, site.routers.active.subnet, site.routers.standby.subnet];
  return ownDestinations(site)
    .filter((cidr) => !known.includes(cidr))
    .map((cidr, index) => ({ id: `subnet-${String(index).padStart(4, '0')}${vpc.slice(-13)}`, vpc, cidr }));
}

/** IPv6 blocks of the VPC for what gateway tables send to its subnets; a /56 is what AWS gives. */
function ipv6BlocksOf(site: Site): string[] {
  const blocks = ownDestinations(site).map((cidr) => {
    const network = parseNetwork(cidr);
    if (network?.family !== 6) return undefined;
    return parseNetwork(`${cidr.split('/')[0]}/${Math.min(56, network.prefix)}`)?.cidr;
  });
  return [...new Set(blocks.filter((block) => block !== undefined))];
}

/** What tables have routes to inside the VPC: in gateway tables all, elsewhere what is in one of its CIDR blocks. */
function ownDestinations({ routeTables, vpc }: Site): string[] {
  const blocks = vpc.cidrs.map((cidr) => parseNetwork(cidr)).filter((block) => block !== undefined);
  const own = routeTables.flatMap(({ destinations, edge }) =>
    destinations.filter((destination) => {
      const network = parseNetwork(destination);
      return edge || (network !== undefined && blocks.some((block) => containsNetwork(block, network)));
    }),
  );
  return [...new Set(own)];
}

/** The first gateway table is the internet gateway's, the second one the virtual private gateway's. */
function gatewayOf({ id }: ManagedTable, { routeTables }: Site): Pick<RouteTableFixture, 'gateway'> {
  const number = routeTables.filter(({ edge }) => edge).findIndex((table) => table.id === id);
  return number < 0 ? {} : { gateway: `${number === 0 ? 'igw' : 'vgw'}-${id.slice('rtb-'.length)}` };
}

/**
 * What a customer's prefix list holds is not in the topology: here, what the other sites and the far ends announce. Two sites of a region
 * may use the same list.
 */
function prefixListsOf(here: readonly Site[], { sites, farEnds }: Topology) {
  const entries = new Map<string, Set<string>>();
  for (const site of here) {
    const others = [
      ...sites.filter((other) => other.name !== site.name).flatMap(({ frontSubnets }) => frontSubnets),
      ...farEnds.flatMap(({ networks }) => networks),
    ];
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
