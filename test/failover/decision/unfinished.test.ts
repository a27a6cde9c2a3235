import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import type { RouterFacts } from '#failover/observation.ts';
import { withUnfinishedMarked } from '#failover/unfinished-swap.ts';
import { ACTIVE_ENI, allAt, NOW, REPORT, routesAt, STANDBY_ENI, situation, UP } from '../situation.ts';
import { probe, round, routers, storedState } from './like.ts';

describe('unfinished swaps', () => {
  const unfinished = { epoch: 4, to: STANDBY_ENI, reason: 'reported-by-survivor' };
  const half = routesAt(STANDBY_ENI, ACTIVE_ENI);

  it('are finished, also during hold-down', () => {
    const seen = situation({ routes: half, stored: storedState({ unfinished, automaticSwaps: [NOW - 1_000] }) });
    expect(decide(seen)).toMatchObject({
      kind: 'swap',
      reason: 'finish-swap',
      automatic: false,
      target: { name: 'tokyo-2' },
    });
  });

  it('are not finished to a router that its peer has just reported', () => {
    const back = { statusChecks: 'impaired', evidence: [{ by: 'itself', at: NOW, bgp: UP }] } as const;
    const read = { evidence: [{ by: 'probe', at: NOW - 60_000, bgp: UP }] } as const;
    // What the probe found before it was back is disputed by now.
    const probes = [round(NOW - 120_000, null, UP), round(NOW - 60_000, null, UP)];
    const seen = {
      trigger: { ...REPORT, reporter: 'tokyo-1', subject: 'tokyo-2' },
      routes: allAt(ACTIVE_ENI),
      routers: routers(back, read),
      stored: storedState({ unfinished, probes }),
    };
    const decision = decide(situation(seen));
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'target-unfit' });
    expect(decision.says).toContain('tokyo-2 is not proven fit: tokyo-1 reports that tokyo-2 failed');
  });

  it('are finished with the proof that was enough to begin them if EC2 reports a certain failure', () => {
    const longAgo = { evidence: [{ by: 'probe', at: NOW - 3_600_000, bgp: UP }] } as const;
    const at = (owner: Partial<RouterFacts>, routes = half) =>
      decide(
        situation({ trigger: probe, routes, routers: routers(owner, longAgo), stored: storedState({ unfinished }) }),
      );
    expect(at({ instance: 'stopped' })).toMatchObject({ kind: 'swap', reason: 'finish-swap' });
    expect(at({ instance: 'stopped' }, allAt(ACTIVE_ENI))).toMatchObject({ kind: 'swap', reason: 'finish-swap' });
    expect(at({ sourceDestCheck: true })).toMatchObject({ kind: 'swap', reason: 'finish-swap' });
    expect(at({})).toMatchObject({ kind: 'refuse', reason: 'both-unfit' });
  });

  describe('of which no route is at the target', () => {
    const gone = { epoch: 4, to: STANDBY_ENI, reason: 'reported-by-survivor', noneAtTarget: true } as const;
    const began = NOW - 60_000;
    const stored = storedState({ unfinished: gone, leasedUntil: NOW - 40_000, lastBeganAt: began });
    const read = (at: number) => ({ evidence: [{ by: 'probe', at, bgp: UP }] }) as const;

    it('are closed, and not finished, once the router that has the routes has shown a path', () => {
      const at = (owner: Partial<RouterFacts>) =>
        decide(situation({ trigger: probe, routers: routers(owner), stored }));
      expect(at(read(began + 1_000))).toMatchObject({
        kind: 'swap',
        reason: 'give-up-swap',
        automatic: false,
        target: { name: 'tokyo-1' },
        done:
          'swap 4 to tokyo-2 (reported-by-survivor) is not recorded as finished, and no route is at tokyo-2: it moved none, ' +
          'or they were moved back; tokyo-1 is fit and keeps the routes, and that swap is abandoned.',
      });
      expect(at(read(began - 1_000))).toMatchObject({ kind: 'hold' });
    });

    it('are not counted: a new failure of the owner moves the routes, and counts', () => {
      const counted = { ...stored, automaticSwaps: [NOW - 600_000, began] };
      const decision = decide(situation({ stored: counted }));
      expect(decision).toMatchObject({ kind: 'swap', reason: 'reported-by-survivor', automatic: true });
      const { noneAtTarget: _, ...finished } = gone;
      expect(decide(situation({ stored: { ...counted, unfinished: finished } }))).toMatchObject({
        reason: 'finish-swap',
        automatic: false,
      });
      const before = { ...counted, automaticSwaps: [NOW - 100_000, began] };
      expect(decide(situation({ stored: before }))).toMatchObject({ kind: 'refuse', reason: 'hold-down' });
    });

    it('are closed by the next swap, which does not say that it finishes them', () => {
      const { says } = decide(situation({ stored }));
      expect(says).toContain(
        'Swap 4 to tokyo-2 (reported-by-survivor) is not recorded as finished, no route was at tokyo-2, and it is closed.',
      );
      expect(says).not.toContain('finished by this one');
    });
  });

  it('are taken for swaps without a route at their target only if every read shows their last call', () => {
    const marked = (leasedUntil: number, routes = allAt(ACTIVE_ENI)) => {
      const stored = storedState({ unfinished, leasedUntil });
      return withUnfinishedMarked(stored, situation({ routes }), NOW).unfinished?.noneAtTarget;
    };
    expect(marked(NOW - 10_001)).toBe(true);
    expect(marked(NOW - 10_000)).toBeUndefined();
    expect(marked(NOW - 10_001, half)).toBeUndefined();
  });

  it('wait while the lease is held', () => {
    const seen = situation({ routes: half, stored: storedState({ unfinished, leasedUntil: NOW + 5_000 }) });
    expect(decide(seen)).toMatchObject({ kind: 'refuse', reason: 'lease-held' });
  });

  it('start when the lease has ended', () => {
    expect(decide(situation({ stored: storedState({ leasedUntil: NOW }) })).kind).toBe('swap');
  });
});

describe('foreign routes', () => {
  it('a swap is refused, and they are named, if no managed route points at the pair', () => {
    const decision = decide(situation({ routes: allAt('igw-1') }));
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'no-managed-route' });
    expect(decision.says).toContain('rtb-00000000000000002 10.2.0.0/20');
  });
});
