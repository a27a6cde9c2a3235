import type { Account, InstanceFixture, RegionFixture, RouteTableFixture } from '#emulator/account.ts';
import { catalogOf, FIXTURE_TYPE } from './catalog.ts';
import { canonical } from './cidr.ts';
import { derivedId } from './ids.ts';
import type { Catalog } from './model/catalog.ts';
import type { Instance } from './model/instances.ts';
import { cidrsOf, type ElasticIp, type Gateway, type NetworkInterface, type Vpc } from './model/networks.ts';
import type { Association, PrefixList, Route, RouteTable } from './model/routes.ts';
import { defaultGroup } from './operations/security-group.ts';
import type { RegionState } from './state.ts';

export const defaultAccountId = '123456789012';

/**
 * The account's regions as EC2 states, every instance running and healthy since `now` (ms since the epoch).
 * Throws one `Error` with every reference that leads nowhere.
 */
export function statesOf(account: Account, now: number): Map<string, RegionState> {
  const mistakes = Object.entries(account.regions).flatMap(([region, fixture]) => mistakesIn(region, fixture));
  if (mistakes.length > 0) throw new Error(`The account fixture does not fit together:\n${mistakes.join('\n')}`);
  const id = account.id ?? defaultAccountId;
  return new Map(
    Object.entries(account.regions).map(([region, fixture]) => [
      region,
      stateOf({ account: id, region, fixture, now, raised: account.raisedQuotas ?? {} }),
    ]),
  );
}

function mistakesIn(region: string, fixture: RegionFixture): string[] {
  const ids = (list: readonly { readonly id: string }[]) => new Set(list.map(({ id }) => id));
  const [vpcs, subnets, interfaces] = [ids(fixture.vpcs), ids(fixture.subnets), ids(fixture.interfaces)];
  const lists = ids(fixture.prefixLists ?? []);
  const dangling = (where: string, id: string, known: Set<string>) =>
    known.has(id) ? [] : [`regions.${region}: ${where} names ${id}, which is not there`];
  const notBlock = (where: string, cidr: string) =>
    canonical(cidr) === undefined ? [`regions.${region}: ${where} has ${cidr}, which is no CIDR block`] : [];
  return [
    ...fixture.vpcs.flatMap((vpc) => cidrsOf(vpc).flatMap((cidr) => notBlock(vpc.id, cidr))),
    ...fixture.subnets.flatMap(({ id, cidr }) => notBlock(id, cidr)),
    ...fixture.subnets.flatMap(({ id, vpc }) => dangling(id, vpc, vpcs)),
    ...fixture.interfaces.flatMap(({ id, subnet }) => dangling(id, subnet, subnets)),
    ...fixture.instances.flatMap(({ id, interfaces: used }) => used.flatMap((eni) => dangling(id, eni, interfaces))),
    ...fixture.routeTables.flatMap((table) => [
      ...dangling(table.id, table.vpc, vpcs),
      ...(table.subnets ?? []).flatMap((subnet) => dangling(table.id, subnet, subnets)),
      ...table.routes.flatMap(({ destination, target }) => [
        ...(destination.startsWith('pl-') ? dangling(table.id, destination, lists) : notBlock(table.id, destination)),
        ...(target.startsWith('eni-') ? dangling(table.id, target, interfaces) : []),
      ]),
    ]),
  ];
}

function stateOf({
  account,
  region,
  fixture,
  now,
  raised,
}: {
  readonly account: string;
  readonly region: string;
  readonly fixture: RegionFixture;
  readonly now: number;
  readonly raised: Readonly<Record<string, number>>;
}): RegionState {
  const catalog = catalogOf(region, fixture, raised);
  const vpcs = byId(fixture.vpcs.map((vpc): Vpc => ({ ...vpc, tags: {} })));
  return {
    account,
    region,
    vpcs,
    subnets: byId(
      fixture.subnets.map((subnet) => ({ ...subnet, zone: subnet.zone ?? catalog.zones[0] ?? '', tags: {} })),
    ),
    interfaces: byId(interfacesOf(fixture, now)),
    instances: byId(fixture.instances.map((instance) => instanceOf(instance, fixture, catalog, now))),
    routeTables: byId(fixture.routeTables.map((table) => routeTableOf(table, vpcs.get(table.vpc)))),
    prefixLists: byId((fixture.prefixLists ?? []).map(prefixListOf)),
    gateways: byId(fixture.routeTables.flatMap((table) => gatewaysOf(table))),
    addresses: byId(addressesOf(fixture)),
    securityGroups: byId(fixture.vpcs.map(({ id }) => defaultGroup(id, (prefix) => derivedId(prefix, 'default', id)))),
    launchTemplates: new Map(),
    catalog,
  };
}

function addressesOf({ interfaces }: RegionFixture): ElasticIp[] {
  return interfaces.flatMap(({ id, publicAddress }) =>
    publicAddress === undefined
      ? []
      : [
          {
            id: derivedId('eipalloc', publicAddress),
            publicIp: publicAddress,
            association: { id: derivedId('eipassoc', publicAddress), interface: id },
            tags: {},
          },
        ],
  );
}

function byId<T extends { readonly id: string }>(list: readonly T[]): Map<string, T> {
  return new Map(list.map((each) => [each.id, each]));
}

function interfacesOf(fixture: RegionFixture, now: number): NetworkInterface[] {
  const vpcOf = new Map(fixture.subnets.map(({ id, vpc }) => [id, vpc]));
  return fixture.interfaces.map((each) => {
    const owner = fixture.instances.find(({ interfaces }) => interfaces.includes(each.id));
    return {
      id: each.id,
      subnet: each.subnet,
      vpc: vpcOf.get(each.subnet) ?? '',
      address: each.address,
      sourceDestCheck: each.sourceDestCheck ?? true,
      description: '',
      groups: [],
      tags: {},
      attachment: owner && {
        instance: owner.id,
        deviceIndex: owner.interfaces.indexOf(each.id),
        at: now,
        deleteOnTermination: false,
      },
    };
  });
}

function instanceOf(fixture: InstanceFixture, region: RegionFixture, { zones }: Catalog, now: number): Instance {
  const primary = region.interfaces.find(({ id }) => id === fixture.interfaces[0]);
  return {
    id: fixture.id,
    state: 'running',
    check: 'ok',
    impairedSince: undefined,
    volumesImpairedSince: undefined,
    scheduledEvents: [],
    responsive: true,
    tags: fixture.tags ?? {},
    profile: fixture.role?.name,
    launchedAt: now,
    type: FIXTURE_TYPE,
    image: undefined,
    zone: region.subnets.find(({ id }) => id === primary?.subnet)?.zone ?? zones[0] ?? '',
    userData: undefined,
    disableApiTermination: false,
    detailedMonitoring: false,
    metadata: {},
    console: '',
  };
}

function routeTableOf(fixture: RouteTableFixture, vpc: Vpc | undefined): RouteTable {
  const routes = fixture.routes.map(
    ({ destination, target, origin }): Route => ({
      destination: canonical(destination)?.text ?? destination,
      target,
      origin: origin ?? (target === 'local' ? 'CreateRouteTable' : 'CreateRoute'),
    }),
  );
  // Every table has a local route for each CIDR block of the VPC, whether or not the fixture says so.
  const missing = (vpc === undefined ? [] : cidrsOf(vpc))
    .map((block) => canonical(block)?.text ?? block)
    .filter((block) => !routes.some(({ destination }) => destination === block))
    .map((destination): Route => ({ destination, target: 'local', origin: 'CreateRouteTable' }));
  return {
    id: fixture.id,
    vpc: fixture.vpc,
    tags: fixture.tags ?? {},
    associations: associationsOf(fixture),
    routes: [...missing, ...routes],
  };
}

function associationsOf({ id, main, subnets, gateway }: RouteTableFixture): Association[] {
  const association = (subnet?: string, edge?: string): Association => ({
    id: derivedId('rtbassoc', id, subnet ?? edge ?? 'main'),
    main: subnet === undefined && edge === undefined,
    subnet,
    gateway: edge,
  });
  return [
    ...(main === true ? [association()] : []),
    ...(subnets ?? []).map((subnet) => association(subnet)),
    ...(gateway === undefined ? [] : [association(undefined, gateway)]),
  ];
}

function gatewaysOf({ vpc, gateway, routes }: RouteTableFixture): Gateway[] {
  const targets = routes
    .map(({ target }) => target)
    .filter((target) => target !== 'local' && !target.startsWith('eni-'));
  const ids = gateway === undefined ? targets : [gateway, ...targets];
  return ids.map((id) => ({ id, vpc, tags: {} }));
}

function prefixListOf({ id, name, entries }: { id: string; name: string; entries: readonly string[] }): PrefixList {
  return {
    id,
    name,
    version: 1,
    maxEntries: Math.max(20, entries.length),
    family: entries.some((cidr) => cidr.includes(':')) ? 'IPv6' : 'IPv4',
    entries: entries.map((cidr) => ({ cidr: canonical(cidr)?.text ?? cidr, description: undefined })),
  };
}
