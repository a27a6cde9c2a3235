import { expect, test } from 'vitest';
import type { Site } from '#topology/topology.ts';
import { renderConfig } from '#vyos/render.ts';
import { siteNotes } from '#vyos/site-notes.ts';
import { example } from './topologies.ts';

const threeSites = example('ipv6-and-prefix-lists');
const [tokyo] = threeSites.sites as readonly [Site, ...Site[]];

test('a site that moves IPv6 and prefix lists is told what its routers’ configuration does not do', () => {
  expect(siteNotes(tokyo, 'fast')).toEqual([
    'site tokyo: routes for 2001:db8:2::/56 and 2001:db8:3::/56 are moved, but the generated configuration of the routers ' +
      'has no IPv6: give them the addresses, tunnels and routes that it takes yourself.',
    'site tokyo: what is in pl-0b1b2c3d4e5f60031 is not known here; the generated configuration has routes for the other ' +
      'sites’ front subnets only: give the routers those that the list holds besides.',
  ]);
});

test('the note comes along with the configuration that it is about, as long as that has no IPv6', () => {
  const { lines, notes } = renderConfig(threeSites, 'tokyo-2');
  expect(lines.filter((line) => /2001:db8|ipv6-unicast/.test(line))).toEqual([]);
  expect(notes).toEqual(siteNotes(tokyo, 'fast'));
});

test('a note names five destinations and how many more there are, not all of hundreds', () => {
  const destinations = Array.from({ length: 200 }, (_, n) => `2001:db8:${n + 1}::/48`);
  const [note] = siteNotes({ ...tokyo, routeTables: [{ id: 'rtb-00000001', destinations, edge: false }] }, 'fast');
  expect(note).toContain('2001:db8:4::/48, 2001:db8:5::/48 and 195 more are moved');
});

test('BFD as a detector of profile original, which has none, gets a note; Serf, and BFD in profile fast, do not', () => {
  const site = { ...tokyo, routeTables: [], detectors: ['serf', 'bfd'] as const };
  expect(siteNotes(site, 'original')).toEqual([expect.stringContaining('profile original has no BFD')]);
  expect(siteNotes({ ...site, detectors: ['serf'] }, 'original')).toEqual([]);
  expect(siteNotes(site, 'fast')).toEqual([]);
});
