import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
import { ACTIVE_ENI, allAt, DOWN, NOW, situation, UP } from '../situation.ts';
import { policy, probe, routers, storedState } from './like.ts';

describe('a certain failure of the owner', () => {
  const well = { evidence: [{ by: 'probe', at: NOW - 20_000, bgp: UP }] } as const;
  const asked = (active: Partial<RouterFacts>, change: Partial<Observation> = {}) =>
    decide(situation({ trigger: probe, routers: routers({ ...well, ...active }, well), ...change }));

  it.each<[string, Partial<RouterFacts>, string]>([
    ['its instance is stopped', { instance: 'stopped' }, 'owner-not-running'],
    ['its source/dest check is on', { sourceDestCheck: true }, 'owner-cannot-forward'],
    ['its interface is detached', { interface: 'detached' }, 'owner-cannot-forward'],
    ['its interface is attached to another instance', { interface: 'elsewhere' }, 'owner-cannot-forward'],
    ['its interface is gone', { interface: 'missing', sourceDestCheck: 'unknown' }, 'owner-cannot-forward'],
  ])('%s: any trigger moves the routes, whatever its BGP says', (_, facts, reason) => {
    expect(asked(facts)).toMatchObject({ kind: 'swap', reason, automatic: true });
    expect(asked(facts, { site: policy({ prefer: 'safety' }) })).toMatchObject({ kind: 'swap', reason });
  });

  it('any trigger moves routes that EC2 reports as blackhole', () => {
    const routes = allAt(ACTIVE_ENI).map((route) => ({ ...route, state: 'blackhole' as const }));
    expect(asked({}, { routes })).toMatchObject({ kind: 'swap', reason: 'owner-cannot-forward' });
  });

  it.each<[string, Partial<RouterFacts>]>([
    ['the instance', { instance: 'unknown' }],
    ['the interface', { interface: 'unknown', sourceDestCheck: 'unknown' }],
  ])('what EC2 does not say of %s is unknown, and moves nothing', (_, facts) => {
    expect(asked(facts).kind).toBe('hold');
  });

  it('hold-down and the hourly limit do not apply; the swap is counted, and its number is in the sentence', () => {
    const automaticSwaps = [NOW - 3_000_000, NOW - 200_000, NOW - 60_000];
    const decision = asked({ instance: 'stopped' }, { stored: storedState({ automaticSwaps }) });
    expect(decision).toMatchObject({ kind: 'swap', automatic: true });
    expect(decision.says).toContain('Automatic swap 4 of the last hour.');
  });

  it('a target that had a path when it was last read, with no newer evidence against it, is fit enough', () => {
    const longAgo = { evidence: [{ by: 'probe', at: NOW - 3_600_000, bgp: UP }] } as const;
    const at = (standby: Partial<RouterFacts>, owner: Partial<RouterFacts> = { instance: 'stopped' }) =>
      decide(situation({ trigger: probe, routers: routers(owner, standby) }));
    expect(at(longAgo)).toMatchObject({ kind: 'swap', target: { name: 'tokyo-2' } });
    expect(at({ ...longAgo, statusChecks: 'impaired' })).toMatchObject({ reason: 'both-unfit' });
    expect(at({ ...longAgo, statusChecks: 'unknown' })).toMatchObject({ reason: 'both-unfit' });
    expect(at({ evidence: [] })).toMatchObject({ reason: 'both-unfit' });
    expect(at({ evidence: [{ by: 'probe', at: NOW - 3_600_000, bgp: DOWN }] })).toMatchObject({
      reason: 'both-unfit',
    });
  });

  it('an old reading of the target is not enough for a suspected failure', () => {
    const longAgo = { evidence: [{ by: 'probe', at: NOW - 91_000, bgp: UP }] } as const;
    expect(decide(situation({ routers: routers({}, longAgo) }))).toMatchObject({
      kind: 'refuse',
      reason: 'both-unfit',
    });
  });

  it('without the store it needs no second signal if the pair prefers availability', () => {
    const without = (prefer: 'availability' | 'safety') =>
      asked({ instance: 'stopped' }, { site: policy({ prefer }), stored: storedState({ reachable: false }) });
    expect(without('availability')).toMatchObject({ kind: 'swap', withoutLease: true });
    expect(without('safety')).toMatchObject({ kind: 'refuse', reason: 'memory-unreachable' });
  });
});
