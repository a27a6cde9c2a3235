import type { Account, RegionFixture } from '#emulator/account.ts';
import type { ManagedRoute, ManagedSite } from '#failover/site.ts';
import type { RoutePlace, Schedule } from './schedule.ts';
import { ACCOUNT, OTHER_INSTANCE, otherSite, PAIRS, REGIONS, type SiteName } from './sites.ts';

const VPC = 'vpc-0000000000000001a';
const GATEWAY = 'igw-0000000000000001a';

/** A site of a schedule, as the stack would write it for the functions. */
export function siteOf(schedule: Schedule, name: SiteName): ManagedSite {
  const known = schedule.created === true ? { instance: undefined } : {};
  const [active, standby] = PAIRS[name];
  const places = placesOf(schedule, name);
  return {
    topology: 'simulated',
    name,
    region: REGIONS[name],
    asn: name === 'tokyo' ? 65001 : 65002,
    routers: { active: { ...active, ...known }, standby: { ...standby, ...known } },
    routes: places.map((_, index) => routeNumber(index, schedule.tables)),
    neighbors: PAIRS[otherSite(name)].map(({ name: neighbor, instance, instanceRole }) => ({
      name: neighbor,
      instance,
      instanceRole,
      ...known,
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
      { id: OTHER_INSTANCE, interfaces: [] },
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
