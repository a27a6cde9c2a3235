import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import type { RouterFacts } from '#failover/observation.ts';
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

  it('are abandoned if they moved nothing and the target is no longer fit, once the lease is settled', () => {
    const unfinished = { epoch: 4, to: STANDBY_ENI, reason: 'ebgp-down-twice' };
    const well = { evidence: [{ by: 'probe', at: NOW - 1_000, bgp: UP }] } as const;
    const at = (leasedUntil: number, routes = allAt(ACTIVE_ENI)) =>
      decide(
        situation({
          trigger: probe,
          routes,
          routers: routers(well, { instance: 'stopped' }),
          stored: storedState({ unfinished, leasedUntil }),
        }),
      );
    expect(at(NOW - 60_000)).toMatchObject({ kind: 'swap', reason: 'give-up-swap', target: { name: 'tokyo-1' } });
    expect(at(NOW - 5_000)).toMatchObject({ kind: 'refuse', reason: 'target-unfit' });
    expect(at(NOW - 60_000, routesAt(STANDBY_ENI, ACTIVE_ENI)).reason).not.toBe('give-up-swap');
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
