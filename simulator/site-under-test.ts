import type { Account } from '#emulator/account.ts';
import type { ManagedRoute, ManagedRouter, ManagedSite } from '#failover/site.ts';
import type { RoutePlace, Schedule, Side } from './schedule.ts';

export const REGION = 'ap-northeast-1';
const VPC = 'vpc-0000000000000001a';
const GATEWAY = 'igw-0000000000000001a';

export const ROUTERS: Readonly<Record<Side, ManagedRouter>> = {
  a: {
    name: 'tokyo-1',
    role: 'active',
    instance: 'i-0000000000000001a',
    eni: 'eni-0000000000000001a',
    instanceRole: 'tokyo-router',
    bgp: { tunnels: ['169.254.10.2'], pair: ['169.254.254.2'] },
  },
  b: {
    name: 'tokyo-2',
    role: 'standby',
    instance: 'i-0000000000000002a',
    eni: 'eni-0000000000000002a',
    instanceRole: 'tokyo-router',
    bgp: { tunnels: ['169.254.10.6'], pair: ['169.254.254.1'] },
  },
};

export const other = (side: Side): Side => (side === 'a' ? 'b' : 'a');

/** The site of a schedule, as the stack would write it for the functions. */
export function siteOf(schedule: Schedule): ManagedSite {
  return {
    topology: 'simulated',
    name: 'tokyo',
    region: REGION,
    asn: 65001,
    routers: { active: ROUTERS.a, standby: ROUTERS.b },
    routes: schedule.routes.map((_, index) => routeNumber(index, schedule.tables)),
    neighbors: [{ name: 'virginia-1', instance: 'i-0000000000000003a', instanceRole: 'virginia-router' }],
    policy: schedule.policy,
    pairForwards: true,
  };
}

/** The account that the site is in: two routers, their interfaces, the tables. */
export function accountOf({ routes, tables }: Schedule): Account {
  const subnet = 'subnet-0000000000000001a';
  const inTable = (table: string) =>
    routes.flatMap((place, index) => {
      const route = routeNumber(index, tables);
      return route.table === table && place !== 'missing'
        ? [{ destination: route.destination, target: TARGETS[place] }]
        : [];
    });
  return {
    regions: {
      [REGION]: {
        vpcs: [{ id: VPC, cidr: '10.1.0.0/16' }],
        subnets: [{ id: subnet, vpc: VPC, cidr: '10.1.100.0/24' }],
        interfaces: Object.values(ROUTERS).map(({ eni }, index) => ({
          id: eni,
          subnet,
          address: `10.1.100.${10 + index}`,
          sourceDestCheck: false,
        })),
        instances: Object.values(ROUTERS).map(({ instance, eni }) => ({ id: instance, interfaces: [eni] })),
        routeTables: Array.from({ length: tables }, (_, index) => tableNumber(index)).map((id) => ({
          id,
          vpc: VPC,
          routes: [{ destination: '0.0.0.0/0', target: GATEWAY }, ...inTable(id)],
        })),
      },
    },
  };
}

const TARGETS: Readonly<Record<Exclude<RoutePlace, 'missing'>, string>> = {
  a: ROUTERS.a.eni,
  b: ROUTERS.b.eni,
  foreign: GATEWAY,
};

const tableNumber = (index: number) => `rtb-0000000000000000${index + 1}`;

function routeNumber(index: number, tables: number): ManagedRoute {
  const table = tableNumber(index % tables);
  // One in four is IPv6: its destination has a parameter of its own.
  return { table, destination: index % 4 === 3 ? `2001:db8:${index + 2}::/56` : `10.${index + 2}.0.0/20` };
}
