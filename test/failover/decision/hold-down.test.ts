import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import type { Observation } from '#failover/observation.ts';
import type { StoredState } from '#failover/stored-state.ts';
import { ACTIVE_ENI, allAt, NOW, REPORT, routesAt, STANDBY_ENI, situation } from '../situation.ts';
import { policy, storedState } from './like.ts';

describe('hold-down', () => {
  it('refuses a second automatic swap during hold-down, with the time left', () => {
    const decision = decide(situation({ stored: storedState({ automaticSwaps: [NOW - 60_000] }) }));
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'hold-down' });
    expect(decision.says).toContain('hold-down lasts another 240 s');
  });

  it('is extended after reports about one outage, until the new owner can have claimed a path', () => {
    const after = (ms: number, noticedMs: number) =>
      decide(
        situation({
          site: policy({ holdDownMs: 30_000 }),
          trigger: { ...REPORT, detectedAt: NOW - ms + noticedMs, confirmedAt: NOW, noticedAt: NOW - ms + noticedMs },
          stored: storedState({ automaticSwaps: [NOW - ms] }),
        }),
      );
    expect(after(40_000, 6_000)).toMatchObject({ kind: 'refuse', reason: 'hold-down' });
    expect(after(40_000, 20_000)).toMatchObject({ kind: 'swap' });
    expect(after(120_000, 6_000)).toMatchObject({ kind: 'swap' });
  });

  it('permits a swap when hold-down is over', () => {
    expect(decide(situation({ stored: storedState({ automaticSwaps: [NOW - 300_000] }) })).kind).toBe('swap');
  });

  it('refuses more automatic swaps in an hour than the policy permits', () => {
    const automaticSwaps = [NOW - 3_000_000, NOW - 2_000_000, NOW - 1_000_000];
    expect(decide(situation({ stored: storedState({ automaticSwaps }) }))).toMatchObject({
      kind: 'refuse',
      reason: 'too-many-swaps',
    });
  });

  it('moving routes back to the last target is a repair and no new swap', () => {
    const last = { lastTarget: STANDBY_ENI, automaticSwaps: [NOW - 60_000] };
    const taken = (routes: Observation['routes'], change: Partial<StoredState> = {}) =>
      decide(situation({ routes, stored: storedState({ ...last, ...change }) }));
    expect(taken(routesAt(STANDBY_ENI, ACTIVE_ENI))).toMatchObject({ kind: 'swap', automatic: false });
    expect(taken(allAt(ACTIVE_ENI))).toMatchObject({ kind: 'swap', automatic: false });
    expect(taken(allAt(ACTIVE_ENI), { lastTarget: ACTIVE_ENI })).toMatchObject({ reason: 'hold-down' });
    expect(taken(allAt(ACTIVE_ENI), { automaticSwaps: [NOW - 900_000] })).toMatchObject({
      kind: 'swap',
      automatic: true,
    });
  });

  it('a repair after an operator’s switchover counts for nothing while EC2 still shows the old routes', () => {
    const switchover = { lastTarget: STANDBY_ENI, lastBeganAt: NOW - 2_000, automaticSwaps: [] };
    const seen = situation({ routes: allAt(ACTIVE_ENI), stored: storedState(switchover) });
    expect(decide(seen)).toMatchObject({ kind: 'swap', automatic: false });
  });

  it('does not apply to an operator', () => {
    const trigger = {
      kind: 'operator',
      id: 'o',
      act: 'failback',
      to: 'tokyo-2',
      by: 'ann',
      reason: 'test',
      overrides: [],
    } as const;
    const seen = situation({ trigger, stored: storedState({ automaticSwaps: [NOW - 1_000] }) });
    expect(decide(seen)).toMatchObject({ kind: 'swap', reason: 'failback', automatic: false });
  });
});
