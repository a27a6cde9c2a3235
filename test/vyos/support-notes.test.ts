import { expect, test } from 'vitest';
import { supportNotes } from '#vyos/support-notes.ts';
import { example } from './topologies.ts';

test('a router of 1.1 gets a note that nothing monitors it', () => {
  expect(supportNotes(example('original-2014'))).toEqual([
    expect.stringMatching(/^VyOS 1\.1 \(.*tokyo-1.*\) is no longer supported, .*no SSM agent, .*never proven fit/),
  ]);
});

test('the routers of an unsupported version get one note together; supported versions get none', () => {
  const topology = example('tokyo-virginia');
  const sites = topology.sites.map((site) => {
    const { active, standby } = site.routers;
    return { ...site, routers: { active, standby: { ...standby, vyos: '1.3' as const } } };
  });
  expect(supportNotes({ ...topology, sites })).toEqual([
    'VyOS 1.3 (tokyo-2 and virginia-2) is no longer supported (since April 2025): update the routers to 1.4 or later.',
  ]);
  expect(supportNotes(topology)).toEqual([]);
});
