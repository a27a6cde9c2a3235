import { describe, expect, it } from 'vitest';
import { type RouterStates, statesAfterReading, statesAtPlan } from '#cli/push/router-states.ts';
import type { PushPlan, RouterPushPlan } from '#contracts/push-plan.ts';

const SOON = 1_000_000;

const plan = (router: Partial<RouterPushPlan>, more: Partial<PushPlan> = {}): PushPlan => ({
  outcome: 'planned',
  routers: [
    {
      name: 'tokyo-2',
      commands: ['set system host-name x'],
      tunnels: [],
      drift: { added: [], removed: [] },
      leftAlone: [],
      notes: [],
      digest: 'as-agreed',
      boots: 'same',
      baseline: null,
      ...router,
    },
  ],
  ...more,
});
const agreed = plan({});
const unknown: RouterStates = new Map([
  ['tokyo-2', { name: 'tokyo-2', runs: 'unknown', boots: 'unknown', revertsAt: SOON }],
]);
const seen = (now: PushPlan, known = unknown) => statesAfterReading(known, agreed, now).get('tokyo-2');

describe('what a reading after a push says of a router', () => {
  it('that it has what it had, where it is as it was at the plan', () => {
    expect(seen(agreed)).toEqual({ name: 'tokyo-2', runs: 'old', boots: 'old' });
  });

  it('that it has neither, where it differs from both', () => {
    expect(seen(plan({ digest: 'another' }))).toEqual({ name: 'tokyo-2', runs: 'mixed', boots: 'unknown' });
  });

  it('unknown, if it did not answer', () => {
    const silent = plan({ digest: '', commands: [], problem: { reason: 'silent', says: 'no answer' } });
    expect(seen(silent)).toEqual(unknown.get('tokyo-2'));
    expect(statesAtPlan(silent).get('tokyo-2')).toEqual({ name: 'tokyo-2', runs: 'unknown', boots: 'unknown' });
  });

  it('that it may still change, while the journal has an attempt on it, or a function is at work', () => {
    const interrupted = {
      id: 'id-1',
      by: 'ann',
      at: 0,
      done: [],
      router: 'tokyo-2',
      state: 'applying',
      revertsAt: 500,
    };
    expect(seen(plan({}, { interrupted }))).toMatchObject({ runs: 'old', revertsAt: 500 });
    const refusal = { reason: 'push-under-way', says: 'a push is under way' };
    expect(seen(plan({}, { refusal }))).toMatchObject({ runs: 'old', revertsAt: SOON });
  });

  it('that what it runs is not what it boots with, and until when', () => {
    const pending = plan({ commands: [], boots: 'other', revertsAt: 700 });
    expect(seen(pending)).toEqual({ name: 'tokyo-2', runs: 'new', boots: 'old', revertsAt: 700 });
  });
});
