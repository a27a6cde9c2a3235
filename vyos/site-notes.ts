import { parseNetwork } from '#topology/networks.ts';
import { someOf } from '#topology/some-of.ts';
import type { Profile, Site } from '#topology/topology.ts';

/** What a topology asks of a site's routers and their generated configuration does not do, as sentences; mostly none. */
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
    `site ${name}: routes for ${someOf(networks)} are moved, but the generated configuration of the routers has no IPv6: ` +
      'give them the addresses, tunnels and routes that it takes yourself.',
  ];
}

function prefixListNotes({ name }: Site, lists: readonly string[]): string[] {
  if (lists.length === 0) return [];
  return [
    `site ${name}: what is in ${someOf(lists)} is not known here; the generated configuration has routes for the other ` +
      'sites’ front subnets only: give the routers those that the list holds besides.',
  ];
}

function bfdNotes({ name, detectors }: Site, profile: Profile): string[] {
  if (profile === 'fast' || !detectors.includes('bfd')) return [];
  return [
    `site ${name}: bfd is among the detectors, and profile original has no BFD: nothing detects with it. ` +
      'Take it out, or write profile: fast.',
  ];
}
