import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
import { ACTIVE_ENI, DOWN, NOW, REPORT, situation, UNREADABLE, UP } from '../situation.ts';
import { policy, probe, routers, storedState, twice } from './like.ts';

describe("the owner's veto", () => {
  const claims = (at: number, bgp = UP): Partial<RouterFacts> => ({ evidence: [{ by: 'itself', at, bgp }] });
  const noticed = NOW - 60_000;
  const trigger = { ...REPORT, detectedAt: noticed, noticedAt: noticed, confirmedAt: NOW - 200 };
  const against = (owner: Partial<RouterFacts>, change: Partial<Observation> = {}) =>
    decide(situation({ trigger, routers: routers(owner), ...change }));
  const testimonies = [{ by: 'virginia-1', about: ACTIVE_ENI, at: NOW - 5_000 }];

  it('a path claimed since the failure was noticed stands without a time limit', () => {
    const decision = against(claims(noticed));
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'owner-healthy' });
    expect(decision.says).toContain('tokyo-1 itself claimed a path 60 s ago');
  });

  it.each([
    ['made before the failure was noticed', claims(noticed - 1)],
    ['that it has lost its path', claims(noticed + 1_000, DOWN)],
    ['that cannot be read', claims(noticed + 1_000, UNREADABLE)],
  ])('a claim %s is none', (_, owner) => {
    expect(against(owner).kind).toBe('swap');
  });

  it('a claim that cannot be read does not withdraw an earlier one', () => {
    const [path] = claims(noticed + 1_000).evidence ?? [];
    const [unreadable] = claims(noticed + 2_000, UNREADABLE).evidence ?? [];
    const evidence = [path, unreadable].filter((each) => each !== undefined);
    expect(against({ evidence })).toMatchObject({ kind: 'refuse', reason: 'owner-healthy' });
  });

  it('a reading of the probe is no veto: it may be older than the failure', () => {
    expect(against({ evidence: [{ by: 'probe', at: NOW - 1_000, bgp: UP }] }).kind).toBe('swap');
  });

  it.each(['availability', 'safety'] as const)('one witness does not outweigh it, two do (prefer: %s)', (prefer) => {
    const change = { site: policy({ prefer }) };
    const impaired = { ...claims(noticed), statusChecks: 'impaired' } as const;
    expect(against(impaired, change)).toMatchObject({ reason: 'owner-healthy' });
    expect(against(claims(noticed), { ...change, stored: storedState({ witnessReports: testimonies }) })).toMatchObject(
      {
        reason: 'owner-healthy',
      },
    );
    const decision = against(impaired, { ...change, stored: storedState({ witnessReports: testimonies }) });
    expect(decision).toMatchObject({ kind: 'swap', reason: 'reported-by-survivor' });
    expect(decision.says).toContain('tokyo-1 itself claimed a path 60 s ago, but the witnesses outweigh that claim');
  });

  it('two routers of other sites are two witnesses', () => {
    const both = [...testimonies, { by: 'virginia-2', about: ACTIVE_ENI, at: NOW - 4_000 }];
    expect(against(claims(noticed), { stored: storedState({ witnessReports: both }) }).kind).toBe('swap');
  });

  it('also applies to the probe, from the first of its two rounds', () => {
    const seen = (at: number) =>
      decide(
        situation({ trigger: probe, stored: storedState({ probes: twice(DOWN, UP) }), routers: routers(claims(at)) }),
      );
    expect(seen(NOW - 59_000)).toMatchObject({ kind: 'refuse', reason: 'owner-healthy' });
    expect(seen(NOW - 61_000)).toMatchObject({ kind: 'swap', reason: 'ebgp-down-twice' });
  });
});
