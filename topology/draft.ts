/**
 * The input of the cross checks: the valid values of the file, each with its place. Any value may be absent, because a file
 * with mistakes is still checked for others.
 */
import type { Path } from './mistakes.ts';
import type { Address, Network } from './networks.ts';
import { parseAddress, parseNetwork } from './networks.ts';
import type { PartialFile } from './shape.ts';
import { DEFAULT_VYOS_VERSION } from './vyos-versions.ts';

/** A value of the file and where it stands. */
export interface Placed<T> {
  readonly value: T;
  readonly path: Path;
  readonly line: number;
}

export interface DraftRouter {
  readonly name: Placed<string>;
  readonly site: string;
  readonly role: Placed<string> | undefined;
  readonly instance: Placed<string> | undefined;
  readonly eni: Placed<string> | undefined;
  readonly subnet: Placed<Network> | undefined;
  readonly address: Placed<Address> | undefined;
  readonly publicAddress: Placed<Address> | undefined;
  readonly loopback: Placed<Address> | undefined;
  readonly gateway: Placed<Address> | undefined;
  /** Default: 0. */
  readonly firstTunnel: Placed<number> | undefined;
  readonly vyos: Placed<string> | undefined;
  readonly subnetId: Placed<string> | undefined;
  readonly zone: Placed<string> | undefined;
  readonly instanceType: Placed<string> | undefined;
  /** Where `image` stands, if it does. */
  readonly image: Placed<true> | undefined;
  /** Whether it has an `instanceRole` of its own. */
  readonly hasRole: boolean;
}

export interface DraftTable {
  readonly id: Placed<string> | undefined;
  /** Undefined where the file leaves them to the default. */
  readonly destinations: readonly Placed<string>[] | undefined;
  readonly edge: boolean;
  readonly path: Path;
}

export interface DraftSite {
  readonly name: Placed<string>;
  readonly region: Placed<string> | undefined;
  readonly asn: Placed<number> | undefined;
  readonly vpc: {
    readonly path: Path;
    readonly id: Placed<string> | undefined;
    /** The value of `cidr`; `cidrs` below holds all blocks. */
    readonly cidr: Placed<Network> | undefined;
    /** All CIDR blocks, from `cidrs` or `cidr`. Undefined where there are none or one cannot be read. */
    readonly cidrs: readonly Placed<Network>[] | undefined;
    readonly create: boolean;
    /** False where `vpc` is missing or unreadable: then the checks of its keys are skipped. */
    readonly known: boolean;
  };
  readonly frontSubnets: readonly Placed<Network>[];
  /** Undefined where `routers` is missing or unreadable. */
  readonly routers: readonly DraftRouter[] | undefined;
  /** Undefined where `routeTables` is left out. */
  readonly tables: readonly DraftTable[] | undefined;
  readonly detectors: readonly Placed<string>[] | undefined;
  /** Whether it has an `instanceRole`. */
  readonly hasRole: boolean;
}

export interface DraftFarEnd {
  readonly name: Placed<string>;
  readonly asn: Placed<number> | undefined;
  readonly publicAddress: Placed<Address> | undefined;
  readonly loopback: Placed<Address> | undefined;
  readonly networks: readonly Placed<Network>[];
  readonly bfd: Placed<boolean> | undefined;
}

export interface DraftTunnel {
  readonly path: Path;
  readonly between: readonly Placed<string>[];
  readonly network: Placed<Network> | undefined;
}

export interface Draft {
  readonly name: Placed<string> | undefined;
  /** The topology's own version, default filled in. */
  readonly vyos: Placed<string>;
  readonly profile: string;
  readonly tunnelType: Placed<string> | undefined;
  /** Where `bfd` stands, if it does. */
  readonly bfd: Placed<true> | undefined;
  /** Undefined where `sites` is missing or unreadable. */
  readonly sites: readonly DraftSite[] | undefined;
  /** Empty where `farEnds` is left out. */
  readonly farEnds: readonly DraftFarEnd[];
  /** Undefined where `tunnels` is left out. */
  readonly tunnels: readonly DraftTunnel[] | undefined;
}

type LineOf = (path: Path) => number;

export function draftOf(file: PartialFile, lineOf: LineOf): Draft {
  const place = placer(lineOf);
  return {
    name: optional(file.name, ['name'], place),
    vyos: place(file.vyos ?? DEFAULT_VYOS_VERSION, ['vyos']),
    profile: file.profile ?? 'fast',
    tunnelType: optional(file.tunnelType, ['tunnelType'], place),
    bfd: file.bfd === undefined ? undefined : place(true, ['bfd']),
    sites:
      file.sites === undefined
        ? undefined
        : Object.entries(file.sites).map(([name, site]) => draftSite(name, site ?? {}, place)),
    farEnds: Object.entries(file.farEnds ?? {}).map(([name, farEnd]) => draftFarEnd(name, farEnd ?? {}, place)),
    tunnels: file.tunnels?.flatMap((tunnel, index) =>
      tunnel === undefined ? [] : [draftTunnel(tunnel, index, place)],
    ),
  };
}

type Place = ReturnType<typeof placer>;
type PartialSite = NonNullable<NonNullable<PartialFile['sites']>[string]>;
type PartialRouter = NonNullable<NonNullable<PartialSite['routers']>[string]>;
type PartialTable = NonNullable<NonNullable<PartialSite['routeTables']>[number]>;
type PartialFarEnd = NonNullable<NonNullable<PartialFile['farEnds']>[string]>;
type PartialTunnel = NonNullable<NonNullable<PartialFile['tunnels']>[number]>;

function placer(lineOf: LineOf) {
  return <T>(value: T, path: Path): Placed<T> => ({ value, path, line: lineOf(path) });
}

function draftSite(name: string, site: PartialSite, place: Place): DraftSite {
  const path = ['sites', name];
  return {
    name: place(name, path),
    region: optional(site.region, [...path, 'region'], place),
    asn: optional(site.asn, [...path, 'asn'], place),
    vpc: draftVpc(site.vpc, [...path, 'vpc'], place),
    frontSubnets: (site.frontSubnets ?? []).flatMap((subnet, index) =>
      list(network(subnet, [...path, 'frontSubnets', index], place)),
    ),
    routers:
      site.routers === undefined
        ? undefined
        : Object.entries(site.routers).map(([router, value]) => draftRouter(router, name, value ?? {}, place)),
    tables: site.routeTables?.flatMap((table, index) =>
      table === undefined ? [] : [draftTable(table, [...path, 'routeTables', index], place)],
    ),
    detectors: site.detectors?.flatMap((detector, index) =>
      list(optional(detector, [...path, 'detectors', index], place)),
    ),
    hasRole: site.instanceRole !== undefined,
  };
}

function draftVpc(vpc: PartialSite['vpc'], path: Path, place: Place): DraftSite['vpc'] {
  const cidr = network(vpc?.cidr, [...path, 'cidr'], place);
  const blocks = vpc?.cidrs?.map((block, index) => network(block, [...path, 'cidrs', index], place)) ?? list(cidr);
  const read = blocks.filter((block) => block !== undefined);
  return {
    path,
    id: optional(vpc?.id, [...path, 'id'], place),
    cidr,
    cidrs: read.length === blocks.length && read.length > 0 ? read : undefined,
    create: vpc?.create ?? false,
    known: vpc !== undefined,
  };
}

function draftRouter(name: string, site: string, router: PartialRouter, place: Place): DraftRouter {
  const path = ['sites', site, 'routers', name];
  const text = (key: 'role' | 'instance' | 'eni' | 'vyos' | 'subnetId' | 'zone' | 'instanceType') =>
    optional<string>(router[key], [...path, key], place);
  const ip = (key: 'address' | 'publicAddress' | 'loopback' | 'gateway') =>
    optional(parse(router[key], parseAddress), [...path, key], place);
  return {
    name: place(name, path),
    site,
    role: text('role'),
    instance: text('instance'),
    eni: text('eni'),
    subnet: network(router.subnet, [...path, 'subnet'], place),
    address: ip('address'),
    publicAddress: ip('publicAddress'),
    loopback: ip('loopback'),
    gateway: ip('gateway'),
    firstTunnel: optional(router.firstTunnel, [...path, 'firstTunnel'], place),
    vyos: text('vyos'),
    subnetId: text('subnetId'),
    zone: text('zone'),
    instanceType: text('instanceType'),
    image: router.image === undefined ? undefined : place(true, [...path, 'image']),
    hasRole: router.instanceRole !== undefined,
  };
}

function draftTable(table: PartialTable, path: Path, place: Place): DraftTable {
  if (typeof table === 'string') return { id: place(table, path), destinations: undefined, edge: false, path };
  return {
    id: optional(table.id, [...path, 'id'], place),
    destinations: table.destinations?.flatMap((destination, index) =>
      list(optional(destination, [...path, 'destinations', index], place)),
    ),
    edge: table.edge ?? false,
    path,
  };
}

function draftFarEnd(name: string, farEnd: PartialFarEnd, place: Place): DraftFarEnd {
  const path = ['farEnds', name];
  const ip = (key: 'publicAddress' | 'loopback') => optional(parse(farEnd[key], parseAddress), [...path, key], place);
  return {
    name: place(name, path),
    asn: optional(farEnd.asn, [...path, 'asn'], place),
    publicAddress: ip('publicAddress'),
    loopback: ip('loopback'),
    networks: (farEnd.networks ?? []).flatMap((each, index) =>
      list(network(each, [...path, 'networks', index], place)),
    ),
    bfd: optional(farEnd.bfd, [...path, 'bfd'], place),
  };
}

function draftTunnel(tunnel: PartialTunnel, index: number, place: Place): DraftTunnel {
  const path = ['tunnels', index];
  return {
    path,
    between: (tunnel.between ?? []).flatMap((router, end) => list(optional(router, [...path, 'between', end], place))),
    network: network(tunnel.network, [...path, 'network'], place),
  };
}

function optional<T>(value: T | undefined, path: Path, place: Place): Placed<T> | undefined {
  return value === undefined ? undefined : place(value, path);
}

function network(value: string | undefined, path: Path, place: Place): Placed<Network> | undefined {
  return optional(parse(value, parseNetwork), path, place);
}

function parse<T>(text: string | undefined, read: (text: string) => T | undefined): T | undefined {
  return text === undefined ? undefined : read(text);
}

function list<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
