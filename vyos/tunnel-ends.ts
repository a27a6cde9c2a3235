/** The tunnels of one router, from its side. */
import { addressFromNumber, requireNetwork } from '#topology/networks.ts';
import type { FarEnd, Site, Topology } from '#topology/topology.ts';
import { freePairNetworks } from '#topology/tunnel-networks.ts';
import { VyosConfigError } from './errors.ts';
import { findRouter, type RouterPlace } from './find-router.ts';

export interface TunnelEnd {
  /** Counted per router in the topology's order, so that a tunnel added at the end does not renumber the others. */
  readonly index: number;
  readonly remote: RemoteEnd;
  /** Canonical, as in the topology. */
  readonly network: string;
  readonly prefixLength: number;
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** True at one end only, so that there are no duplicate SAs. */
  readonly initiates: boolean;
  readonly psk: string;
}

/** The router at the other end: of another site, or a far end. */
export interface RemoteEnd {
  readonly name: string;
  readonly asn: number;
  readonly publicAddress: string;
  /** Undefined only where tunnels are VTIs. */
  readonly loopback: string | undefined;
  readonly bfd: boolean;
  /** Undefined: it is a far end. */
  readonly site: Site | undefined;
  /** The only networks accepted from a far end; undefined for a site, which also passes on the networks of others. */
  readonly networks: readonly string[] | undefined;
}

function remoteEnd(topology: Topology, name: string): RemoteEnd {
  const farEnd = farEndNamed(topology, name);
  if (farEnd !== undefined) return { ...farEnd, site: undefined };
  const { router, site } = findRouter(topology, name);
  const { publicAddress, loopback } = router;
  return { name, asn: site.asn, publicAddress, loopback, bfd: true, site, networks: undefined };
}

/** The address at which the GRE tunnel inside IPsec ends. @throws VyosConfigError for a far end without a loopback */
export function greEnd({ name, loopback }: RemoteEnd): string {
  if (loopback !== undefined) return loopback;
  throw new VyosConfigError(
    `${name} has no loopback, which a GRE tunnel inside IPsec needs\n    hint: write farEnds.${name}.loopback, or tunnelType: vti`,
  );
}

/** The far end of that name; undefined if there is none. */
export function farEndNamed({ farEnds }: Pick<Topology, 'farEnds'>, name: string): FarEnd | undefined {
  return farEnds.find((farEnd) => farEnd.name === name);
}

export function tunnelEnds(topology: Topology, { router }: RouterPlace): TunnelEnd[] {
  const own = topology.tunnels.filter(({ between }) => between.includes(router.name));
  return own.map(({ between: [first, second], network, psk }, index) => {
    const isFirst = first === router.name;
    const remote = remoteEnd(topology, isFirst ? second : first);
    const ends = endsOf(network);
    return {
      index,
      remote,
      network,
      prefixLength: ends.prefixLength,
      localAddress: isFirst ? ends.first : ends.second,
      remoteAddress: isFirst ? ends.second : ends.first,
      initiates: isFirst,
      psk,
    };
  });
}

/** The link between the two routers of a pair. */
export interface PairEnd {
  readonly prefixLength: number;
  readonly localAddress: string;
  readonly remoteAddress: string;
}

/**
 * The same network in every site, because it is never announced. Assigned by name, not by role, so that it does not change
 * when the topology swaps the roles.
 */
export function pairEnd(topology: Topology, place: RouterPlace): PairEnd {
  const [network] = freeNetworks(topology);
  return endsOfPair(network, place);
}

/** The addresses that the pair's two VRRP groups must have: the router's own, and its partner's. */
export function vrrpAddresses(topology: Topology, place: RouterPlace): PairEnd {
  const [, network] = freeNetworks(topology);
  return endsOfPair(network, place);
}

function endsOfPair(network: string, { router, partner }: RouterPlace): PairEnd {
  const ends = endsOf(network);
  const isFirst = router.name < partner.name;
  return {
    prefixLength: ends.prefixLength,
    localAddress: isFirst ? ends.first : ends.second,
    remoteAddress: isFirst ? ends.second : ends.first,
  };
}

/** Cached per topology: with many sites there are thousands of tunnels, and every router needs the result. */
const freeOf = new WeakMap<Topology, readonly [string, string]>();

function freeNetworks(topology: Topology): readonly [string, string] {
  const free = freeOf.get(topology) ?? findFreeNetworks(topology);
  freeOf.set(topology, free);
  return free;
}

function findFreeNetworks({ sites, farEnds, tunnels }: Topology): readonly [string, string] {
  const ends = [...sites.flatMap(({ routers }) => [routers.active, routers.standby]), ...farEnds];
  const loopbacks = ends.flatMap(({ loopback }) => (loopback === undefined ? [] : [`${loopback}/32`]));
  const free = freePairNetworks([...tunnels.map(({ network }) => network), ...loopbacks].map(requireNetwork));
  const [one, two] = free;
  if (one !== undefined && two !== undefined) return [one, two];
  throw new VyosConfigError(
    'tunnels and loopbacks use all of 169.254.254.0/23, of which the routers of a pair need two /30\n' +
      '    hint: omit network in some tunnels to have it assigned',
  );
}

function endsOf(cidr: string): { first: string; second: string; prefixLength: number } {
  const network = requireNetwork(cidr);
  // A /31 has no network address (RFC 3021).
  const offset = network.prefix === 31 ? 0n : 1n;
  return {
    first: addressFromNumber(network.first + offset),
    second: addressFromNumber(network.first + offset + 1n),
    prefixLength: network.prefix,
  };
}
