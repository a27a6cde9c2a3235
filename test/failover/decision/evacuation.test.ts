import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import type { Observation } from '#failover/observation.ts';
import type { ScheduledEvent } from '#failover/scheduled-event.ts';
import { ACTIVE_ENI, NOW, situation, UP } from '../situation.ts';
import { policy, probe, routers, storedState } from './like.ts';

const MINUTE = 60_000;
const event = (inMs: number): ScheduledEvent => ({ code: 'instance-stop', description: 'x', notBefore: NOW + inMs });
const well = { evidence: [{ by: 'probe', at: NOW - 1_000, bgp: UP } as const] };

/** The owner's instance has an event in ten minutes, its peer's none, and the probe runs. */
const due = (change: Partial<Observation> = {}) =>
  situation({
    trigger: probe,
    site: policy({ evacuate: 'automatic' }),
    routers: routers({ ...well, events: [event(10 * MINUTE)] }, well),
    ...change,
  });

describe('before a scheduled event of the owner', () => {
  it('the routes move to its fit peer, counted as an automatic swap', () => {
    const decision = decide(due());
    expect(decision).toMatchObject({ kind: 'swap', reason: 'evacuation', automatic: true, withoutLease: false });
    expect(decision.says).toMatch(
      /^AWS announced instance-stop .* not before .*; tokyo-2 is fit and takes the routes\.$/,
    );
  });

  it.each([
    ['hold-down', { stored: storedState({ automaticSwaps: [NOW - MINUTE] }) }],
    ['memory-unreachable', { stored: storedState({ reachable: false }) }],
    ['lease-held', { stored: storedState({ leasedUntil: NOW + 1 }) }],
    ['target-unfit', { routers: routers({ ...well, events: [event(MINUTE)] }, { evidence: [] }) }],
    ['mode-off', { site: policy({ evacuate: 'automatic', mode: 'off' }) }],
  ] as const)('not against the rule %s', (reason, change) => {
    expect(decide(due(change))).toMatchObject({ kind: 'refuse', reason });
  });

  it.each([
    ['the policy is manual', { site: policy({}) }],
    ['it is more than 15 minutes away', { routers: routers({ ...well, events: [event(16 * MINUTE)] }, well) }],
    [
      'the peer has one half an hour later',
      { routers: routers({ ...well, events: [event(MINUTE)] }, { ...well, events: [event(31 * MINUTE)] }) },
    ],
    [
      'a swap has brought them there since it was due',
      { stored: storedState({ lastTarget: ACTIVE_ENI, lastBeganAt: NOW - 4 * MINUTE }) },
    ],
  ])('they stay where %s', (_, change) => {
    expect(decide(due(change))).toMatchObject({ kind: 'hold', reason: 'healthy' });
  });

  it('a failure has precedence', () => {
    const failed = routers({ ...well, events: [event(MINUTE)], instance: 'stopping' }, well);
    expect(decide(due({ routers: failed }))).toMatchObject({ kind: 'swap', reason: 'owner-not-running' });
  });
});
