import type { Account, RegionFixture } from '#emulator/account.ts';
import type { ManagedRoute, ManagedRouter, ManagedSite } from '#failover/site.ts';
import type { RoutePlace, Schedule } from './schedule.ts';

export const SITES = ['tokyo', 'virginia'] as const;
export type SiteName = (typeof SITES)[number];

/** `a`, `b`: active and standby of the near site; `A`, `B`: of the far one. */
export const ROUTER_KEYS = ['a', 'b', 'A', 'B'] as const;
export type RouterKey = (typeof ROUTER_KEYS)[number];

export interface SimulatedRouter extends ManagedRouter {
  readonly key: RouterKey;
  readonly site: SiteName;
  readonly peer: RouterKey;
  /** The router at the other end of its only tunnel. */
  readonly farEnd: RouterKey;
  readonly instanceRole: string;
}

export const ROUTERS: Readonly<Record<RouterKey, SimulatedRouter>> = {
  a: router('a', 'tokyo', 1, 'b', 'A', { tunnels: ['169.254.10.2'], pair: ['169.254.254.2'] }),
  b: router('b', 'tokyo', 2, 'a', 'B', { tunnels: ['169.254.10.6'], pair: ['169.254.254.1'] }),
  A: router('A', 'virginia', 1, 'B', 'a', { tunnels: ['169.254.10.1'], pair: ['169.254.254.6'] }),
  B: router('B', 'virginia', 2, 'A', 'b', { tunnels: ['169.254.10.5'], pair: ['169.254.254.5'] }),
};

function router(
  key: RouterKey,
  site: SiteName,
  number: 1 | 2,
  peer: RouterKey,
  farEnd: RouterKey,
  bgp: ManagedRouter['bgp'],
): SimulatedRouter {
  const letter = site === 'tokyo' ? 'a' : 'b';
  return {
    key,
    site,
    peer,
    farEnd,
    name: `${site}-${number}`,
    role: number === 1 ? 'active' : 'standby',
    instance: `i-000000000000000${number}${letter}`,
    eni: `eni-000000000000000${number}${letter}`,
    instanceRole: `${site}-router`,
    bgp,
  };
}

/** The pair of a site, the topology's preference first. */
export const PAIRS: Readonly<Record<SiteName, readonly [SimulatedRouter, SimulatedRouter]>> = {
  tokyo: [ROUTERS.a, ROUTERS.b],
  virginia: [ROUTERS.A, ROUTERS.B],
};
export const otherSite = (site: SiteName): SiteName => (site === 'tokyo' ? 'virginia' : 'tokyo');
export const routerCalled = (name: string | undefined): SimulatedRouter | undefined =>
  ROUTER_KEYS.map((key) => ROUTERS[key]).find((each) => each.name === name);
export const routerAt = (eni: string | undefined): SimulatedRouter | undefined =>
  ROUTER_KEYS.map((key) => ROUTERS[key]).find((each) => each.eni === eni);

export const REGIONS: Readonly<Record<SiteName, string>> = { tokyo: 'ap-northeast-1', virginia: 'us-east-1' };
export const ACCOUNT = '123456789012';
/** An instance of somebody else's, in each Region: where an interface ends up that is attached elsewhere. */
export const STRANGER = 'i-0000000000000009f';
const VPC = 'vpc-0000000000000001a';
const GATEWAY = 'igw-0000000000000001a';

/** A site of a schedule, as the stack would write it for the functions. */
export function siteOf(schedule: Schedule, name: SiteName): ManagedSite {
  const [active, standby] = PAIRS[name];
  const places = placesOf(schedule, name);
  return {
    topology: 'simulated',
    name,
    region: REGIONS[name],
    asn: name === 'tokyo' ? 65001 : 65002,
    routers: { active, standby },
    routes: places.map((_, index) => routeNumber(index, schedule.tables)),
    neighbors: PAIRS[otherSite(name)].map(({ name: neighbor, instance, instanceRole }) => ({
      name: neighbor,
      instance,
      instanceRole,
    })),
    policy: schedule.policy,
    pairForwards: schedule.pairForwards,
  };
}

/** The far site is simpler: two routes, all at its active. */
function placesOf({ routes }: Schedule, name: SiteName): readonly RoutePlace[] {
  return name === 'tokyo' ? routes : ['a', 'a'];
}

/** The account, as it is in the site's Region: two routers, their interfaces, the tables. */
export function accountOf(schedule: Schedule, name: SiteName): Account {
  const subnet = 'subnet-0000000000000001a';
  const [active, standby] = PAIRS[name];
  const targets = { a: active.eni, b: standby.eni, foreign: GATEWAY } as const;
  const inTable = (table: string) =>
    placesOf(schedule, name).flatMap((place, index) => {
      const route = routeNumber(index, schedule.tables);
      return route.table === table && place !== 'missing'
        ? [{ destination: route.destination, target: targets[place] }]
        : [];
    });
  const region: RegionFixture = {
    vpcs: [{ id: VPC, cidr: '10.1.0.0/16' }],
    subnets: [{ id: subnet, vpc: VPC, cidr: '10.1.100.0/24' }],
    interfaces: PAIRS[name].map(({ eni }, index) => ({
      id: eni,
      subnet,
      address: `10.1.100.${10 + index}`,
      sourceDestCheck: false,
    })),
    instances: [
      ...PAIRS[name].map(({ instance, eni }) => ({ id: instance, interfaces: [eni] })),
      { id: STRANGER, interfaces: [] },
    ],
    routeTables: Array.from({ length: schedule.tables }, (_, index) => tableNumber(index)).map((id) => ({
      id,
      vpc: VPC,
      routes: [{ destination: '0.0.0.0/0', target: GATEWAY }, ...inTable(id)],
    })),
  };
  return { id: ACCOUNT, regions: { [REGIONS[name]]: region } };
}

const tableNumber = (index: number) => `rtb-0000000000000000${index + 1}`;

function routeNumber(index: number, tables: number): ManagedRoute {
  const table = tableNumber(index % tables);
  // One in four is IPv6: its destination has a parameter of its own.
  return { table, destination: index % 4 === 3 ? `2001:db8:${index + 2}::/56` : `10.${index + 2}.0.0/20` };
}
