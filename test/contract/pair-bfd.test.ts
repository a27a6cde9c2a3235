import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { countSessionsIn } from '#failover/bgp-summary.ts';
import { printed as summary } from './bgp-summary.cases.ts';

/** `show bgp neighbors ADDRESS json` of the pair's session, as a real bgpd printed it. */
function printed(name: string): string {
  return readFileSync(new URL(`golden/bgp-neighbor/${name}.json`, import.meta.url), 'utf8');
}

const neighbors = { tunnels: ['169.254.10.2'], pair: ['169.254.254.99'] };

function counted(neighbor: string) {
  const args = ['--tunnels', '169.254.10.2', '--pair', '169.254.254.99', '--neighbor', neighbor];
  const { status, stdout } = spawnSync('router/count-sessions', args, { input: summary('frr-10.3'), encoding: 'utf8' });
  expect(status).toBe(0);
  return countSessionsIn(stdout, neighbors);
}

describe('BFD of the pair’s session', () => {
  it.each([
    ['frr-8.4-up', { status: 'up', hops: 'single' }],
    ['frr-10.3-up', { status: 'up', hops: 'single' }],
    ['frr-10.3-stuck-single-hop', { status: 'down', hops: 'single' }],
    ['frr-10.3-stuck-multihop', { status: 'down', hops: 'multi' }],
  ])('%s', (name, pairBfd) => {
    expect(counted(printed(name))).toMatchObject({ pair: { configured: 1, unreadable: 0 }, pairBfd });
  });

  const one = (bfd: unknown) => JSON.stringify({ '169.254.254.99': { peerBfdInfo: bfd } });
  it.each([
    ['nothing', ''],
    ['no JSON', '% No such neighbor in this view/vrf'],
    ['half an object', printed('frr-10.3-up').slice(0, 800)],
    ['a neighbor without BFD', '{"169.254.254.99":{"bgpState":"Idle"}}'],
    ['what is no neighbor', '{"bgpNoSuchNeighbor":true}'],
    ['a status that is neither', one({ status: 'Unknown', type: 'multi hop' })],
    ['no status', one({ type: 'multi hop' })],
    ['a type that we do not know', one({ status: 'Down', type: ['single hop'] })],
    ['a list', '[1]'],
  ])('is unknown, and the counts are the same, where bgpd says %s', (_, neighbor) => {
    const counts = counted(neighbor);
    expect(counts).toEqual(countSessionsIn(summary('frr-10.3'), neighbors));
    expect(counts).not.toHaveProperty('pairBfd');
  });

  it.each([{ status: 'Down', hops: 'multi' }, { status: 'down' }, 'down', null])(
    'is unknown to the functions where a router’s line has %j',
    (pairBfd) => {
      const line = JSON.stringify({ ...countSessionsIn(summary('frr-10.3'), neighbors), pairBfd });
      expect(countSessionsIn(line, neighbors)).not.toHaveProperty('pairBfd');
    },
  );
});
