import { describe, expect, it } from 'vitest';
import type { BgpCounts, PairBfd } from '#failover/bgp-counts.ts';
import { pairSessionProblem } from '#failover/pair-session.ts';
import { NOTHING_STORED } from '#failover/stored-state.ts';
import { ACTIVE_ENI, ALONE, NOW, readOn, SITE, STANDBY_ENI, situation, UNREADABLE, UP } from './situation.ts';

const withBfd = (bgp: BgpCounts, pairBfd?: PairBfd): BgpCounts => ({ ...bgp, pairBfd });
const SINGLE: BgpCounts = withBfd(ALONE, { status: 'down', hops: 'single' });
const MULTI: BgpCounts = withBfd(ALONE, { status: 'down', hops: 'multi' });

/** The problem after a round of this many seconds ago; null: that router was silent. */
function problem(active: BgpCounts | null, standby: BgpCounts | null, agoS = 1): string | undefined {
  const readings = {
    [ACTIVE_ENI]: active && readOn(SITE.routers.active, active),
    [STANDBY_ENI]: standby && readOn(SITE.routers.standby, standby),
  };
  return pairSessionProblem(
    situation({ stored: { ...NOTHING_STORED, probes: [{ at: NOW - agoS * 1000, readings }] } }),
  );
}

describe('a pair whose routers both answer, and whose session and BFD are down at both', () => {
  it('is stuck where one end alone has multihop BFD, and the router that has it is named', () => {
    expect(problem(SINGLE, MULTI)).toMatch(/does not start, because tokyo-2 runs multihop BFD .*docs\/operations\.md/);
    expect(problem(MULTI, SINGLE)).toMatch(/because tokyo-1 runs multihop BFD /);
  });

  it('does not reach each other where both ends have BFD alike', () => {
    const says = /between tokyo-1 and tokyo-2 and its BFD session are down although both routers answer/;
    expect(problem(SINGLE, SINGLE)).toMatch(says);
    expect(problem(MULTI, MULTI)).toMatch(says);
  });
});

it.each<[string, BgpCounts | null, BgpCounts | null, number?]>([
  ['a session that is up', UP, UP],
  ['a router that is silent', SINGLE, null],
  ['sessions that cannot be read', withBfd(UNREADABLE, { status: 'down', hops: 'multi' }), SINGLE],
  ['no word of BFD, as of a router with an older program or without BFD', ALONE, SINGLE],
  ['BFD that is up: BGP alone is down', withBfd(ALONE, { status: 'up', hops: 'single' }), SINGLE],
  ['a round that is old', SINGLE, MULTI, 91],
])('nothing is said of %s', (_, active, standby, agoS) => {
  expect(problem(active, standby, agoS)).toBeUndefined();
});
