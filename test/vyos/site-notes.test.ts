import { expect, test } from 'vitest';
import type { Site } from '#topology/topology.ts';
import { renderConfig } from '#vyos/render.ts';
import { siteNotes } from '#vyos/site-notes.ts';
import { example } from './topologies.ts';

const threeSites = example('ipv6-and-prefix-lists');
const [tokyo] = threeSites.sites as readonly [Site, ...Site[]];

test('a site that moves IPv6 and prefix lists gets notes on what its routers’ configuration lacks', () => {
  expect(siteNotes(tokyo, 'fast')).toEqual([
    'site tokyo: the routes for 2001:db8:2::/56 and 2001:db8:3::/56 are moved, but the generated router configuration has no ' +
      'IPv6. Configure the IPv6 addresses, tunnels and routes on the routers yourself.',
    'site tokyo: the content of pl-0b1b2c3d4e5f60031 is unknown; the generated configuration has routes only for the other ' +
      'sites’ front subnets. Configure routes for other networks of the list on the routers yourself.',
  ]);
});

test('the notes are part of the rendered configuration, which has no IPv6', () => {
  const { lines, notes } = renderConfig(threeSites, 'tokyo-2');
  expect(lines.filter((line) => /2001:db8|ipv6-unicast/.test(line))).toEqual([]);
  expect(notes).toEqual(siteNotes(tokyo, 'fast'));
});

test('a note names five destinations and the number of the others', () => {
  const destinations = Array.from({ length: 200 }, (_, n) => `2001:db8:${n + 1}::/48`);
  const [note] = siteNotes({ ...tokyo, routeTables: [{ id: 'rtb-00000001', destinations, edge: false }] }, 'fast');
  expect(note).toContain('2001:db8:4::/48, 2001:db8:5::/48 and 195 more are moved');
});

test('the detector bfd gets a note in profile original, which has no BFD; Serf, and bfd in profile fast, do not', () => {
  const site = { ...tokyo, routeTables: [], detectors: ['serf', 'bfd'] as const };
  expect(siteNotes(site, 'original')).toEqual([expect.stringContaining('profile original has no BFD')]);
  expect(siteNotes({ ...site, detectors: ['serf'] }, 'original')).toEqual([]);
  expect(siteNotes(site, 'fast')).toEqual([]);
});
