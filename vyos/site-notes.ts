import { parseNetwork } from '#topology/networks.ts';
import { someOf } from '#topology/some-of.ts';
import type { Profile, Site } from '#topology/topology.ts';

/** Requirements of a site that the generated configuration does not cover, as sentences; usually none. */
export function siteNotes(site: Site, profile: Profile): string[] {
  const destinations = [...new Set(site.routeTables.flatMap((table) => table.destinations))];
  return [
    ...ipv6Notes(
      site,
      destinations.filter((each) => parseNetwork(each)?.family === 6),
    ),
    ...prefixListNotes(
      site,
      destinations.filter((each) => parseNetwork(each) === undefined),
    ),
    ...bfdNotes(site, profile),
  ];
}

function ipv6Notes({ name }: Site, networks: readonly string[]): string[] {
  if (networks.length === 0) return [];
  return [
    `site ${name}: the routes for ${someOf(networks)} are moved, but the generated router configuration has no IPv6. ` +
      'Configure the IPv6 addresses, tunnels and routes on the routers yourself.',
  ];
}

function prefixListNotes({ name }: Site, lists: readonly string[]): string[] {
  if (lists.length === 0) return [];
  return [
    `site ${name}: the content of ${someOf(lists)} is unknown; the generated configuration has routes only for the other ` +
      'sites’ front subnets. Configure routes for other networks of the list on the routers yourself.',
  ];
}

function bfdNotes({ name, detectors }: Site, profile: Profile): string[] {
  if (profile === 'fast' || !detectors.includes('bfd')) return [];
  return [
    `site ${name}: the detector bfd has no effect, because profile original has no BFD. ` +
      'Remove it, or write profile: fast.',
  ];
}
