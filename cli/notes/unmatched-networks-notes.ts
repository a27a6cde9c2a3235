import { containsNetwork, type Network, overlap, parseNetwork } from '#topology/networks.ts';
import { someOf } from '#topology/some-of.ts';
import type { ManagedTable, Site, Topology } from '#topology/topology.ts';

/**
 * Compares the destinations of a site's route tables with the networks behind its tunnels: destinations without a tunnel, and
 * networks without a destination. IPv4 only, like the tunnels. A prefix list or default route can contain any network.
 */
export function unmatchedNetworksNotes(topology: Topology, site: Site): string[] {
  const tables = site.routeTables.filter(({ edge }) => !edge);
  const behind = behindTunnels(topology, site);
  return [...withoutTunnel(tables, behind, site), ...withoutDestination(tables, behind, site)];
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

function withoutTunnel(tables: readonly ManagedTable[], behind: readonly Behind[], { name, vpc }: Site): string[] {
  const own = vpc.cidrs.flatMap(ipv4);
  const unmatched = destinationsOf(tables)
    .flatMap(ipv4)
    .filter((network) => network.prefix > 0)
    .filter((network) => !own.some((block) => containsNetwork(block, network)))
    .filter((network) => !behind.some((each) => overlap(each.network, network)))
    .map(({ cidr }) => cidr);
  if (unmatched.length === 0) return [];
  return [
    `site ${name}: no other site or far end has ${someOf(unmatched)}, so the generated configuration has no route there. ` +
      'Correct the destination, or add a route to the routers yourself.',
  ];
}

function withoutDestination(tables: readonly ManagedTable[], behind: readonly Behind[], { name }: Site): string[] {
  const destinations = destinationsOf(tables);
  const networks = destinations.flatMap(ipv4);
  const holdsAnything = destinations.some((each) => parseNetwork(each) === undefined);
  const missing = behind.filter((each) => !networks.some((network) => overlap(network, each.network)));
  if (holdsAnything || missing.length === 0) return [];
  const named = missing.map((each) => `${each.cidr} (${each.name})`);
  return [
    `site ${name}: no route table has a route to ${someOf(named)}, so hosts of the VPC cannot reach this network. ` +
      'Add it to the destinations of the route tables that need it.',
  ];
}

function destinationsOf(tables: readonly ManagedTable[]): string[] {
  return [...new Set(tables.flatMap(({ destinations }) => destinations))];
}

function ipv4(cidr: string): Network[] {
  const network = parseNetwork(cidr);
  return network?.family === 4 ? [network] : [];
}
