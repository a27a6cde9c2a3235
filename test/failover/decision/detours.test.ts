import { describe, expect, it } from 'vitest';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import { decide } from '#failover/decision.ts';
import type { RouterFacts } from '#failover/observation.ts';
import { DETOUR, DOWN, EMPTY, NOW, SITE, situation, UNREADABLE, UP } from '../situation.ts';
import { policy, probe, round, routers, storedState, twice } from './like.ts';

describe('a detour is not a failure', () => {
  const read = (bgp: BgpCounts): Partial<RouterFacts> => ({ evidence: [{ by: 'probe', at: NOW - 1_000, bgp }] });
  const seen = (active: BgpCounts, standby: BgpCounts, site = SITE) =>
    decide(
      situation({
        site,
        trigger: probe,
        routers: routers(read(active), read(standby)),
        stored: storedState({ probes: twice(active, standby) }),
      }),
    );

  it('the owner’s tunnels are down, its peer’s are up, and the pair can forward: routes stay, and the sentence names the switchover', () => {
    const decision = seen(DETOUR, UP);
    expect(decision).toMatchObject({ kind: 'hold', reason: 'degraded' });
    expect(decision.says).toContain('its traffic takes a detour over tokyo-2');
    expect(decision.says).toContain('vyos-failover switchover tokyo --to tokyo-2 --reason');
  });

  it.each<[string, BgpCounts, BgpCounts, typeof SITE]>([
    ['the pair cannot forward', DETOUR, UP, { ...SITE, pairForwards: false }],
    ['the pair’s own session is down', DOWN, UP, SITE],
    ['the pair’s own session brings no prefix', EMPTY, UP, SITE],
  ])('%s: two rounds move the routes', (_, active, standby, site) => {
    expect(seen(active, standby, site)).toMatchObject({ kind: 'swap', reason: 'ebgp-down-twice' });
  });

  it('the pair’s own session cannot be read: unknown, and nothing moves', () => {
    const unknown = { ...DOWN, pair: UNREADABLE.pair };
    expect(seen(unknown, UP).kind).toBe('hold');
  });

  it('the peer has no path either: nothing moves', () => {
    expect(seen(DETOUR, DOWN).kind).toBe('hold');
  });

  it('a router on a detour is no witness against itself', () => {
    const site = policy({ prefer: 'safety' });
    expect(
      decide(situation({ site, stored: storedState({ probes: [round(NOW - 30_000, DETOUR, UP)] }) })),
    ).toMatchObject({
      reason: 'second-witness-missing',
    });
  });
});
