import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import type { OperatorTrigger } from '#failover/trigger.ts';
import { DOWN, NOW, situation, UP } from '../situation.ts';
import { policy, round, routers, storedState } from './like.ts';

describe('without the store', () => {
  const asks = (overrides: OperatorTrigger['overrides'], routersNow = routers({})) =>
    decide(
      situation({
        trigger: {
          kind: 'operator',
          id: 'o',
          act: 'switchover',
          to: 'tokyo-2',
          by: 'ann',
          reason: 'outage',
          overrides,
        },
        routers: routersNow,
        stored: storedState({ reachable: false }),
      }),
    );

  it('refuses an operator, and names the override', () => {
    expect(asks(['paused'])).toMatchObject({ kind: 'refuse', reason: 'memory-unreachable' });
    expect(asks([]).says).toContain('override "memory-unreachable"');
  });

  it('moves the routes without a lease if the operator overrides the rule', () => {
    expect(asks(['memory-unreachable'])).toMatchObject({ kind: 'swap', reason: 'switchover', withoutLease: true });
  });

  it('moves nothing to an unfit router, whatever is overridden', () => {
    const blind = routers({}, { evidence: [] });
    expect(asks(['memory-unreachable'], blind)).toMatchObject({ kind: 'refuse', reason: 'both-unfit' });
  });
});

describe('mode', () => {
  it('observe: states what it would do and moves nothing', () => {
    const decision = decide(situation({ site: policy({ mode: 'observe' }) }));
    expect(decision).toMatchObject({ kind: 'note', reason: 'reported-by-survivor' });
    expect(decision.says).toContain('would move to tokyo-2');
  });

  it('off: refuses', () => {
    expect(decide(situation({ site: policy({ mode: 'off' }) }))).toMatchObject({ kind: 'refuse', reason: 'mode-off' });
  });
});

describe('prefer: safety', () => {
  const site = policy({ prefer: 'safety' });

  it('requires a witness other than the peer', () => {
    expect(decide(situation({ site }))).toMatchObject({ kind: 'refuse', reason: 'second-witness-missing' });
  });

  it('accepts the probe as witness', () => {
    expect(decide(situation({ site, stored: storedState({ probes: [round(NOW - 30_000, DOWN, UP)] }) })).kind).toBe(
      'swap',
    );
  });

  it('accepts EC2 as witness', () => {
    expect(decide(situation({ site, routers: routers({ instance: 'stopping' }) })).kind).toBe('swap');
  });
});
