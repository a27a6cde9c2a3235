import { expect, test } from 'vitest';
import { supportNotes } from '#vyos/support-notes.ts';
import { example } from './topologies.ts';

test('1.1 can be written and is watched by nothing', () => {
  expect(supportNotes(example('original-2014'))).toEqual([
    expect.stringMatching(/^VyOS 1\.1 \(.*tokyo-1.*\) is without support, .*no SSM agent, .*nothing watches it/),
  ]);
});

test('1.3 is without support, said once with its routers; what has support is not mentioned', () => {
  const topology = example('tokyo-virginia');
  const sites = topology.sites.map((site) => {
    const { active, standby } = site.routers;
    return { ...site, routers: { active, standby: { ...standby, vyos: '1.3' as const } } };
  });
  expect(supportNotes({ ...topology, sites })).toEqual([
    'VyOS 1.3 (tokyo-2 and virginia-2) is without support since April 2025: update the routers to 1.4 or later.',
  ]);
  expect(supportNotes(topology)).toEqual([]);
});
