import { containsNetwork, type Network, overlap, parseNetwork } from '#topology/networks.ts';
import { someOf } from '#topology/some-of.ts';
import type { ManagedTable, Site, Topology } from '#topology/topology.ts';

/**
 * What the route tables of a site send to its routers, beside what is behind its tunnels: destinations that are behind none of
 * them, and networks that no table has. IPv4 only, as the tunnels; a prefix list and a default route may hold anything.
 */
export function unmatchedNetworksNotes(topology: Topology, site: Site): string[] {
  const tables = site.routeTables.filter(({ edge }) => !edge);
  const behind = behindTunnels(topology, site);
  return [...behindNobody(tables, behind, site), ...inNoTable(tables, behind, site)];
}

interface Behind {
  readonly cidr: string;
  readonly network: Network;
  /** The other site, or the far end. */
  readonly name: string;
}

function behindTunnels({ sites, farEnds }: Topology, { name: own }: Site): Behind[] {
  const places = [
    ...sites.filter(({ name }) => name !== own).map(({ name, frontSubnets }) => ({ name, networks: frontSubnets })),
    ...farEnds,
  ];
  return places.flatMap(({ name, networks }) =>
    networks.flatMap((cidr) => ipv4(cidr).map((network) => ({ name, cidr, network }))),
  );
}

function behindNobody(tables: readonly ManagedTable[], behind: readonly Behind[], { name, vpc }: Site): string[] {
  const own = vpc.cidrs.flatMap(ipv4);
  const strangers = destinationsOf(tables)
    .flatMap(ipv4)
    .filter((network) => network.prefix > 0)
    .filter((network) => !own.some((block) => containsNetwork(block, network)))
    .filter((network) => !behind.some((each) => overlap(each.network, network)))
    .map(({ cidr }) => cidr);
  if (strangers.length === 0) return [];
  return [
    `site ${name}: ${someOf(strangers)} ${strangers.length === 1 ? 'is' : 'are'} behind no other site and no far end: the ` +
      'generated configuration has no route there. Correct the destination, or give the routers a route yourself.',
  ];
}

function inNoTable(tables: readonly ManagedTable[], behind: readonly Behind[], { name }: Site): string[] {
  const destinations = destinationsOf(tables);
  const networks = destinations.flatMap(ipv4);
  const holdsAnything = destinations.some((each) => parseNetwork(each) === undefined);
  const missing = behind.filter((each) => !networks.some((network) => overlap(network, each.network)));
  if (holdsAnything || missing.length === 0) return [];
  const named = missing.map((each) => `${each.cidr} (${each.name})`);
  return [
    `site ${name}: no route table leads to ${someOf(named)}: no host of the VPC reaches it. ` +
      'Add it to the destinations of the tables that should.',
  ];
}

function destinationsOf(tables: readonly ManagedTable[]): string[] {
  return [...new Set(tables.flatMap(({ destinations }) => destinations))];
}

function ipv4(cidr: string): Network[] {
  const network = parseNetwork(cidr);
  return network?.family === 4 ? [network] : [];
}
