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

  it('moving routes back to the last target is a repair and no new swap while some are there', () => {
    const last = { lastTarget: STANDBY_ENI, leasedUntil: NOW - 59_000, automaticSwaps: [NOW - 60_000] };
    const taken = (routes: Observation['routes'], change: Partial<StoredState> = {}) =>
      decide(situation({ routes, stored: storedState({ ...last, ...change }) }));
    const split = routesAt(STANDBY_ENI, ACTIVE_ENI);
    expect(taken(split)).toMatchObject({ kind: 'swap', automatic: false });
    expect(taken(split, { lastTarget: ACTIVE_ENI })).toMatchObject({ reason: 'hold-down' });
    expect(taken(split, { automaticSwaps: [NOW - 900_000] })).toMatchObject({ kind: 'swap', automatic: false });
  });

  it('after all routes were moved back by a swap that the store does not hold, the next one is a new swap', () => {
    const last = { lastTarget: STANDBY_ENI, leasedUntil: NOW - 59_000 };
    const taken = (change: Partial<StoredState>) =>
      decide(situation({ routes: allAt(ACTIVE_ENI), stored: storedState({ ...last, ...change }) }));
    expect(taken({ automaticSwaps: [NOW - 60_000] })).toMatchObject({ kind: 'refuse', reason: 'hold-down' });
    expect(taken({ automaticSwaps: [NOW - 900_000] })).toMatchObject({ kind: 'swap', automatic: true });
  });

  it.each(['automatic', 'by an operator'])(
    'a repair of a swap %s counts for nothing while EC2 may show the old routes',
    (how) => {
      const taken = (ago: number) => {
        const swapped = { leasedUntil: NOW - ago, automaticSwaps: how === 'automatic' ? [NOW - ago - 50] : [] };
        return decide(
          situation({ routes: allAt(ACTIVE_ENI), stored: storedState({ lastTarget: STANDBY_ENI, ...swapped }) }),
        );
      };
      expect(taken(2_000)).toMatchObject({ kind: 'swap', automatic: false });
      expect(taken(11_000)).not.toMatchObject({ kind: 'swap', automatic: false });
    },
  );

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
