import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
import type { ProbeRound } from '#failover/stored-state.ts';
import { ALONE, NOW, situation, UP } from '../situation.ts';
import { probe, round, routers, storedState, twice } from './like.ts';

describe('a hung owner whose peer cannot report', () => {
  const well = { evidence: [{ by: 'probe', at: NOW - 1_000, bgp: UP }] } as const;
  const hung = (
    probes: readonly ProbeRound[],
    trigger: Observation['trigger'] = probe,
    owner: Partial<RouterFacts> = {},
  ) =>
    decide(
      situation({
        trigger,
        stored: storedState({ probes }),
        routers: routers({ statusChecks: 'impaired', ...owner }, well),
      }),
    );

  it('loses the routes after two silent rounds and an impaired status check, whatever the trigger', () => {
    expect(hung(twice(null, UP))).toMatchObject({ kind: 'swap', reason: 'owner-silent', automatic: true });
    const alarm = { kind: 'ec2', id: 'e', instance: 'alarm', state: 'status check: ALARM' } as const;
    expect(hung(twice(null, UP), alarm)).toMatchObject({ kind: 'swap', reason: 'owner-silent' });
  });

  it('loses them as well if its peer has lost a session with it that was up recently', () => {
    const lost = (pairUpAt: number | undefined, standby = ALONE) =>
      hung(
        twice(null, standby).map((each) => ({ ...each, pairUpAt })),
        probe,
        { statusChecks: 'ok' },
      );
    expect(lost(NOW - 120_000)).toMatchObject({ kind: 'swap', reason: 'owner-silent' });
    expect(lost(NOW - 2_000_000).kind).toBe('hold');
    expect(lost(undefined).kind).toBe('hold');
    expect(lost(NOW - 1_000, UP).kind).toBe('hold');
  });

  it('keeps them after one round, or if it answers, passes its checks, or claims a path', () => {
    expect(hung([round(NOW - 1_000, null, UP)])).toMatchObject({ kind: 'hold', reason: 'one-probe-only' });
    expect(hung([round(NOW - 60_000, null, UP), round(NOW - 1_000, UP, UP)]).kind).toBe('hold');
    expect(hung(twice(null, UP), probe, { statusChecks: 'ok' }).kind).toBe('hold');
    const claim = { evidence: [{ by: 'itself', at: NOW - 30_000, bgp: UP }] } as const;
    expect(hung(twice(null, UP), probe, claim)).toMatchObject({ reason: 'owner-healthy' });
  });
});
