import { describe, expect, it } from 'vitest';
import { decide } from '#failover/decision.ts';
import type { RouterFacts } from '#failover/observation.ts';
import {
  DOWN,
  EMPTY,
  FIT_BY_CLAIM,
  NOW,
  REPORT,
  RUNNING,
  SITE,
  STANDBY_ENI,
  situation,
  UNREADABLE,
  UP,
} from '../situation.ts';
import { routers, storedState } from './like.ts';

describe('rule 1: the target is proven fit', () => {
  it.each<[string, Partial<RouterFacts>, string]>([
    ['its instance does not run', { instance: 'stopped' }, 'its instance is stopped'],
    [
      'EC2 does not say how it is, and it has signed nothing of late',
      { instance: 'unknown', evidence: [{ by: 'probe', at: NOW, bgp: UP }] },
      'its instance is unknown',
    ],
    ['its interface is attached elsewhere', { interface: 'elsewhere' }, 'is attached to another instance'],
    ['its interface is detached', { interface: 'detached' }, 'is not attached'],
    ['its source/dest check is on', { sourceDestCheck: true }, `the source/dest check of ${STANDBY_ENI} is on`],
    ['nothing is known of its BGP', { evidence: [] }, 'nothing is known of its eBGP sessions'],
    [
      'its eBGP is down',
      { evidence: [{ by: 'itself', at: NOW, bgp: DOWN }] },
      'none of its 1 eBGP sessions is Established',
    ],
    [
      'its session is up and brings no prefix',
      { evidence: [{ by: 'itself', at: NOW, bgp: EMPTY }] },
      'no prefix is received over any of its tunnels',
    ],
    [
      'nobody can tell how its sessions are',
      { evidence: [{ by: 'itself', at: NOW, bgp: UNREADABLE }] },
      'its eBGP sessions could not be read',
    ],
    [
      'it says itself that it has none, whatever the probe found before',
      {
        evidence: [
          { by: 'itself', at: NOW - 100, bgp: DOWN },
          { by: 'probe', at: NOW - 50_000, bgp: UP },
        ],
      },
      'none of its 1 eBGP sessions is Established (by its own report',
    ],
    [
      'it said half a minute ago that it has none, and the probe found one before that',
      {
        evidence: [
          { by: 'itself', at: NOW - 30_000, bgp: DOWN },
          { by: 'probe', at: NOW - 50_000, bgp: UP },
        ],
      },
      'none of its 1 eBGP sessions is Established (by its own report, 30 s ago)',
    ],
    ['its claim is stale', { evidence: [{ by: 'itself', at: NOW - 11_000, bgp: UP }] }, '11 s old'],
    [
      'the probe was too long ago',
      { evidence: [{ by: 'probe', at: NOW - 90_001, bgp: UP }] },
      '90 s old (by the probe)',
    ],
  ])('refuses when %s', (_, standby, why) => {
    const decision = decide(
      situation({ routers: routers({ evidence: [{ by: 'probe', at: NOW, bgp: UP }] }, standby) }),
    );
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'target-unfit' });
    expect(decision.says).toContain(why);
  });

  it('a router that has just signed a request is running, even if EC2 does not return its state', () => {
    expect(decide(situation({ routers: routers({}, { instance: 'unknown', statusChecks: 'unknown' }) })).kind).toBe(
      'swap',
    );
  });

  it('older fresh evidence counts if the newest cannot be read', () => {
    const evidence = [
      { by: 'itself', at: NOW - 100, bgp: UNREADABLE },
      { by: 'probe', at: NOW - 20_000, bgp: UP },
    ] as const;
    expect(decide(situation({ routers: routers({}, { evidence }) })).kind).toBe('swap');
  });

  it('a router in maintenance is unfit, also after it was renamed', () => {
    const maintenance = { [STANDBY_ENI]: { since: NOW - 60_000, by: 'ann', reason: 'disk' } };
    const renamed = { ...SITE.routers.standby, name: 'tokyo-9' };
    const site = { ...SITE, routers: { ...SITE.routers, standby: renamed } };
    const seen = situation({
      site,
      trigger: { ...REPORT, reporter: 'tokyo-9' },
      routers: { 'tokyo-1': RUNNING, 'tokyo-9': FIT_BY_CLAIM },
      stored: storedState({ maintenance }),
    });
    expect(decide(seen)).toMatchObject({ kind: 'refuse', reason: 'both-unfit' });
    expect(decide(seen).says).toContain('it is in maintenance (ann: disk)');
  });

  it('nothing moves if both are unfit', () => {
    const seen = situation({ routers: routers({ instance: 'stopped' }, { instance: 'stopped' }) });
    expect(decide(seen)).toMatchObject({ kind: 'refuse', reason: 'both-unfit' });
  });

  it('an operator cannot override it', () => {
    const trigger = {
      kind: 'operator',
      id: 'o',
      act: 'switchover',
      to: 'tokyo-2',
      by: 'ann',
      reason: 'kernel',
      overrides: [],
    } as const;
    expect(decide(situation({ trigger, routers: routers({}, { sourceDestCheck: true }) }))).toMatchObject({
      kind: 'refuse',
    });
  });
});
