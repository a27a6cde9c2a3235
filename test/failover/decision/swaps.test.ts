import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import type { Observation } from '#failover/observation.ts';
import type { ProbeRound } from '#failover/stored-state.ts';
import {
  ACTIVE_ENI,
  DOWN,
  FIT_BY_CLAIM,
  NOW,
  REPORT,
  RUNNING,
  routesAt,
  SITE,
  STANDBY_ENI,
  situation,
  UP,
} from '../situation.ts';
import { atStandby, probe, round, routers, storedState } from './like.ts';

describe('causes of an automatic swap', () => {
  it("swaps on the peer's report", () => {
    const decision = decide(situation());
    expect(decision).toMatchObject({ kind: 'swap', reason: 'reported-by-survivor', target: { name: 'tokyo-2' } });
    expect(decision.says).toBe('tokyo-2 reports that tokyo-1 failed (serf); tokyo-2 is fit and takes the routes.');
  });

  it('swaps when the owner left', () => {
    expect(decide(situation({ trigger: { ...REPORT, event: 'left' } }))).toMatchObject({
      kind: 'swap',
      reason: 'owner-left',
    });
  });

  it.each(['stopping', 'stopped', 'shutting-down', 'terminated'] as const)(
    'swaps when EC2 reports that the owner is %s',
    (instance) => {
      const trigger = { kind: 'ec2', id: 'e', instance: SITE.routers.active.instance, state: instance } as const;
      expect(decide(situation({ trigger, routers: routers({ instance }) }))).toMatchObject({
        kind: 'swap',
        reason: 'owner-not-running',
      });
    },
  );

  it('swaps on the second of two probes in a row that find the owner without a path and the other router well', () => {
    const probes = [round(NOW - 60_000, DOWN, UP), round(NOW - 1_000, DOWN, UP)];
    const seen = situation({ trigger: probe, stored: storedState({ probes }) });
    expect(decide(seen)).toMatchObject({ kind: 'swap', reason: 'ebgp-down-twice' });
  });

  it('fails over to the preferred router when the present owner fails', () => {
    const { instance } = SITE.routers.active;
    const trigger = { ...REPORT, reporter: 'tokyo-1', subject: 'tokyo-2', instance };
    const seen = situation({ trigger, routes: atStandby, routers: { 'tokyo-1': FIT_BY_CLAIM, 'tokyo-2': RUNNING } });
    expect(decide(seen)).toMatchObject({ kind: 'swap', target: { name: 'tokyo-1' } });
  });
});

describe('what causes no swap', () => {
  it.each<[string, readonly ProbeRound[]]>([
    ['one bad probe', [round(NOW - 60_000, UP, UP), round(NOW - 1_000, DOWN, UP)]],
    ['a silent owner (unknown is not down)', [round(NOW - 60_000, null, UP), round(NOW - 1_000, null, UP)]],
    [
      'two bad probes of which the other router was bad in one',
      [round(NOW - 60_000, DOWN, DOWN), round(NOW - 1_000, DOWN, UP)],
    ],
    ['two bad probes long ago', [round(NOW - 600_000, DOWN, UP), round(NOW - 540_000, DOWN, UP)]],
    ['a recovery in the second probe', [round(NOW - 60_000, DOWN, UP), round(NOW - 1_000, UP, UP)]],
  ])('holds on %s', (_, probes) => {
    expect(decide(situation({ trigger: probe, stored: storedState({ probes }) })).kind).toBe('hold');
  });

  it('has nothing to move if the reported router holds no routes', () => {
    expect(decide(situation({ routes: atStandby }))).toMatchObject({ kind: 'already' });
  });

  it('begins no switchover if the only remaining route is advertised and cannot be replaced', () => {
    const trigger = {
      kind: 'operator',
      id: 'o',
      act: 'switchover',
      to: 'tokyo-2',
      by: 'ann',
      reason: 'kernel',
    } as const;
    const [first, second] = routesAt(STANDBY_ENI, ACTIVE_ENI);
    const routes = [first, { ...second, origin: 'advertised' }] as Observation['routes'];
    expect(decide(situation({ trigger: { ...trigger, overrides: [] }, routes })).kind).toBe('already');
  });

  it('closes an unfinished swap to the other router if an operator asks for the present owner', () => {
    const by = { by: 'ann', reason: 'kernel', overrides: [] } as const;
    const trigger = { kind: 'operator', id: 'o', act: 'switchover', to: 'tokyo-2', ...by } as const;
    const unfinished = { epoch: 4, to: ACTIVE_ENI, reason: 'failback' };
    const seen = situation({ trigger, routes: atStandby, stored: storedState({ unfinished }) });
    expect(decide(seen)).toMatchObject({ kind: 'swap', target: { name: 'tokyo-2' } });
    expect(decide(seen).says).toContain('Swap 4 to tokyo-1 (failback) had not finished and is abandoned.');
  });

  it('refuses a stale report', () => {
    expect(decide(situation({ trigger: { ...REPORT, at: NOW - 10_001 } }))).toMatchObject({
      kind: 'refuse',
      reason: 'report-stale',
    });
    expect(decide(situation({ trigger: { ...REPORT, at: NOW + 10_001 } })).says).toContain("10 s ahead of AWS's clock");
  });

  it('acts on an id once', () => {
    const answered = { outcome: 'swapped', reason: 'reported-by-survivor', says: 'It was.', at: NOW - 5_000 } as const;
    expect(decide(situation({ stored: storedState({ answered }) }))).toMatchObject({
      kind: 'refuse',
      reason: 'replayed',
    });
  });
});
