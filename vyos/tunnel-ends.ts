/** Tunnels as one router sees them. */
import { addressFromNumber, type Network, overlap, parseNetwork } from '#topology/networks.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { VyosConfigError } from './errors.ts';
import { findRouter, type RouterPlace } from './find-router.ts';

export interface TunnelEnd {
  /** Counted per router in the topology's order, so that a tunnel added at the end leaves the others their numbers. */
  readonly index: number;
  readonly remote: Router;
  readonly remoteSite: Site;
  /** Canonical, as in the topology. */
  readonly network: string;
  readonly prefixLength: number;
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** One end of the two calls, so that there are not two SAs for everything. */
  readonly initiates: boolean;
  readonly psk: string;
}

/** More would need interface numbers that are kept for the link of the pair; no router carries so many anyway. */
const most = 1000;

export function tunnelEnds(topology: Topology, { router }: RouterPlace): TunnelEnd[] {
  const own = topology.tunnels.filter(({ between }) => between.includes(router.name));
  if (own.length > most) {
    throw new VyosConfigError(`${router.name} has ${own.length} tunnels; more than ${most} are not possible`);
  }
  return own.map(({ between: [first, second], network, psk }, index) => {
    const isFirst = first === router.name;
    const { router: remote, site } = findRouter(topology, isFirst ? second : first);
    const ends = endsOf(network);
    return {
      index,
      remote,
      remoteSite: site,
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
 * Numbered the same in every site: nobody else ever hears of it. By name and not by role, so that nothing changes
 * here when a topology swaps the roles.
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

/** Found once for each topology: with many sites its tunnels are thousands, and every router asks. */
const freeOf = new WeakMap<Topology['tunnels'], readonly [string, string]>();

function freeNetworks({ tunnels }: Topology): readonly [string, string] {
  const free = freeOf.get(tunnels) ?? findFreeNetworks(tunnels);
  freeOf.set(tunnels, free);
  return free;
}

/** The first two /30 from the far end of the range that tunnels are numbered from, clear of every tunnel written out. */
function findFreeNetworks(tunnels: Topology['tunnels']): readonly [string, string] {
  const used = tunnels.map(({ network }) => known(network));
  const first = known('169.254.254.0/30').first;
  const free: string[] = [];
  for (let next = first; next < first + 508n && free.length < 2; next += 4n) {
    const candidate = known(`${addressFromNumber(next)}/30`);
    if (!used.some((network) => overlap(network, candidate))) free.push(candidate.cidr);
  }
  const [one, two] = free;
  if (one !== undefined && two !== undefined) return [one, two];
  throw new VyosConfigError(
    'tunnels use all of 169.254.254.0/23, and the two routers of a pair need two /30 of it\n' +
      '    hint: leave network out of some tunnels, and they are numbered for you',
  );
}

function endsOf(cidr: string): { first: string; second: string; prefixLength: number } {
  const network = known(cidr);
  // A /31 has no network address (RFC 3021).
  const offset = network.prefix === 31 ? 0n : 1n;
  return {
    first: addressFromNumber(network.first + offset),
    second: addressFromNumber(network.first + offset + 1n),
    prefixLength: network.prefix,
  };
}

function known(cidr: string): Network {
  const network = parseNetwork(cidr);
  if (network === undefined) throw new Error(`the topology has a network that is none: ${cidr}`);
  return network;
}
