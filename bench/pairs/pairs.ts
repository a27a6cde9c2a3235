import type { Account } from '#emulator/account.ts';
import type { ManagedRouter, ManagedSite } from '#failover/site.ts';

/** Pairs of one account and Region. */
export const REGION = 'eu-central-1';

const VPC = 'vpc-0000000000000001a';
const SUBNET = 'subnet-0000000000000001a';

/** Sites with the same number of routes, each with a pair and one route table of its own. */
export function sitesOf(pairs: number, routes: number): ManagedSite[] {
  return Array.from({ length: pairs }, (_, index) => siteNumber(index, routes));
}

function siteNumber(index: number, routes: number): ManagedSite {
  const router = (number: 1 | 2): ManagedRouter & { readonly instance: string } => ({
    name: `site-${index}-${number}`,
    role: number === 1 ? 'active' : 'standby',
    instance: idOf('i', index, number),
    eni: idOf('eni', index, number),
    instanceRole: `site-${index}-router`,
    bgp: { tunnels: ['169.254.10.2'], pair: ['169.254.254.2'] },
  });
  return {
    topology: 'pairs',
    name: `site-${index}`,
    region: REGION,
    asn: 65001,
    routers: { active: router(1), standby: router(2) },
    routes: Array.from({ length: routes }, (_, route) => ({
      table: idOf('rtb', index, 1),
      destination: `10.${100 + Math.floor(route / 256)}.${route % 256}.0/24`,
    })),
    neighbors: [],
    policy: { prefer: 'availability', mode: 'automatic', holdDownMs: 300_000, maxSwapsPerHour: 3, evacuate: 'manual' },
    pairForwards: true,
  };
}

function idOf(kind: string, pair: number, number: number): string {
  return `${kind}-${pair.toString(16).padStart(16, '0')}${number}`;
}

/** Their account: every managed route points at its active router. */
export function accountOf(sites: readonly ManagedSite[]): Account {
  const routers = sites.flatMap(({ routers: { active, standby } }) => [active, standby]);
  return {
    regions: {
      [REGION]: {
        vpcs: [{ id: VPC, cidr: '10.0.0.0/16' }],
        subnets: [{ id: SUBNET, vpc: VPC, cidr: '10.0.0.0/20' }],
        interfaces: routers.map(({ eni }, index) => ({
          id: eni,
          subnet: SUBNET,
          address: `10.0.${Math.floor(index / 200)}.${10 + (index % 200)}`,
          sourceDestCheck: false,
        })),
        instances: routers.map(({ instance = '', eni }) => ({ id: instance, interfaces: [eni] })),
        routeTables: sites.map(({ routes, routers: { active } }) => ({
          id: routes[0]?.table ?? '',
          vpc: VPC,
          routes: routes.map(({ destination }) => ({ destination, target: active.eni })),
        })),
      },
    },
  };
}
