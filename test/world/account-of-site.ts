import type { Account, RouteTableFixture } from '#emulator/account.ts';
import { type ManagedSite, routersOf } from '#failover/site.ts';

const VPC = 'vpc-00000000000000001';
const subnetId = (index: number) => `subnet-0000000000000000${index}`;

/** Somebody else's appliance in the same VPC, and an internet gateway: targets that are not the pair's. */
export const STRANGER = { instance: 'i-0000000000000009f', eni: 'eni-0000000000000009f' };
export const GATEWAY = 'igw-00000000000000001';

/** The account in which a site lives: its pair, its tables with every managed route at the active router, a stranger. */
export function accountOfSite(site: ManagedSite): Account {
  const routers = routersOf(site).map(({ eni, instance = '' }) => ({ eni, instance }));
  const owners = [...routers, STRANGER];
  const tables = [...new Set(site.routes.map(({ table }) => table))];
  const lists = [...new Set(site.routes.map(({ destination }) => destination).filter((id) => id.startsWith('pl-')))];
  const region = {
    vpcs: [{ id: VPC, cidr: '10.1.0.0/16' }],
    subnets: owners.map((_, index) => ({ id: subnetId(index), vpc: VPC, cidr: `10.1.${100 + index}.0/24` })),
    interfaces: owners.map(({ eni }, index) => ({
      id: eni,
      subnet: subnetId(index),
      address: `10.1.${100 + index}.10`,
      sourceDestCheck: false,
    })),
    instances: owners.map(({ instance, eni }) => ({ id: instance, interfaces: [eni] })),
    routeTables: [...tables.map((id) => tableOf(id, site)), strangersTable()],
    prefixLists: lists.map((id) => ({ id, name: id, entries: ['10.9.0.0/24'] })),
  };
  return { regions: { [site.region]: region } };
}

function tableOf(id: string, site: ManagedSite): RouteTableFixture {
  const managed = site.routes.filter(({ table }) => table === id);
  return {
    id,
    vpc: VPC,
    routes: managed.map(({ destination }) => ({ destination, target: site.routers.active.eni })),
  };
}

function strangersTable(): RouteTableFixture {
  return { id: 'rtb-0000000000000009f', vpc: VPC, routes: [{ destination: '0.0.0.0/0', target: GATEWAY }] };
}
