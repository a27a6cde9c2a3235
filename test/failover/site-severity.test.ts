import { describe, expect, it } from 'vitest';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import { conditionOf, diagnose } from '#failover/diagnosis.ts';
import { healthAfter, type ProbeFinding } from '#failover/health-change.ts';
import type { Observation, RouterFacts } from '#failover/observation.ts';
import { severityOf, severitySince, siteSeverity, worstOf } from '#failover/site-severity.ts';
import {
  ACTIVE_ENI,
  ALONE,
  allAt,
  DETOUR,
  DOWN,
  NOW,
  RUNNING,
  routesAt,
  situation,
  UNREADABLE,
  UP,
} from './situation.ts';

const read = (bgp: BgpCounts): RouterFacts => ({ ...RUNNING, evidence: [{ by: 'probe', at: NOW - 1_000, bgp }] });
const PROBE = { kind: 'probe', id: 'probe-1' } as const;

const site = (active: RouterFacts, standby: RouterFacts, change: Partial<Observation> = {}) =>
  situation({ trigger: PROBE, routers: { 'tokyo-1': active, 'tokyo-2': standby }, ...change });

describe('a site that is not healthy', () => {
  it.each<[string, Observation, string, 'down' | 'degraded']>([
    ['the standby has no path', site(read(UP), read(DOWN)), 'StandbyUnfit', 'degraded'],
    ['neither router can be read', site(RUNNING, RUNNING), 'BothUnfit', 'degraded'],
    ['neither router has sessions that can be read', site(read(UNREADABLE), read(UNREADABLE)), 'BothUnfit', 'degraded'],
    ['neither router has a path', site(read(DOWN), read(DOWN)), 'BothUnfit', 'down'],
    ['the owner has no path, and the standby cannot be read', site(read(DOWN), RUNNING), 'BothUnfit', 'down'],
    ['the owner reaches the other sites over its peer', site(read(DETOUR), read(UP)), 'OwnerDetoured', 'degraded'],
    ['the owner cannot be read', site(RUNNING, read(UP)), 'OwnerUnfit', 'degraded'],
    ['the owner has just lost its path', site(read(DOWN), read(ALONE)), 'OwnerUnfit', 'down'],
    [
      'the routes are split',
      site(read(UP), read(UP), { routes: routesAt(ACTIVE_ENI, 'eni-0000000000000002a') }),
      'RoutesSplit',
      'degraded',
    ],
    ['the routes are missing', site(read(UP), read(UP), { routes: allAt(undefined) }), 'NoRouteOfThePair', 'down'],
    [
      'the routes point at another appliance',
      site(read(UP), read(UP), { routes: allAt('eni-of-another') }),
      'NoRouteOfThePair',
      'degraded',
    ],
    ['the owner is stopped', site({ ...read(UP), instance: 'stopped' }, read(DOWN)), 'OwnerNotRunning', 'down'],
  ])('is as serious as what is known to be lost: %s', (_what, observation, kind, severity) => {
    const diagnosis = diagnose(observation);
    expect([diagnosis.kind, severityOf(diagnosis, observation)]).toEqual([kind, severity]);
  });

  it('is degraded while an event of its owner is due', () => {
    const observation = site(read(UP), read(DOWN));
    expect(severityOf(conditionOf(observation), observation)).toBe('degraded');
  });
});

describe('the severity that status shows', () => {
  const healthy = site(read(UP), read(UP));
  it.each([
    ['nothing is wrong', healthy, [], [], 'ok'],
    ['a pause is in force', healthy, [], ['paused'], 'attention'],
    ['EC2 refuses a route', healthy, ['refused'], ['paused'], 'degraded'],
    [
      'one route of the pair is a blackhole',
      {
        ...healthy,
        routes: healthy.routes.map((route, at) => (at === 0 ? { ...route, state: 'blackhole' as const } : route)),
      },
      [],
      [],
      'down',
    ],
    ['one managed route is missing', { ...healthy, routes: routesAt(ACTIVE_ENI, undefined) }, ['MISSING'], [], 'down'],
    ['the owner is stopped', site({ ...read(UP), instance: 'stopped' }, read(UP)), [], [], 'down'],
  ] as const)('if %s', (_, observation, problems, notices, severity) => {
    expect(siteSeverity(observation, { problems, notices })).toBe(severity);
  });

  it('of several sites is that of the worst', () => {
    expect([worstOf([]), worstOf(['ok', 'attention']), worstOf(['degraded', 'down', 'ok'])]).toEqual([
      'ok',
      'attention',
      'down',
    ]);
  });

  it('has a beginning: the first of the rounds that found it', () => {
    const found = (minute: number, severity: 'down' | 'degraded', problems = ['x']): ProbeFinding => {
      return { diagnosis: 'BothUnfit', severity, problems, refused: [], at: minute * 60_000, turn: `turn-${minute}` };
    };
    const rounds = [found(1, 'degraded'), found(2, 'down'), found(3, 'down'), found(4, 'down'), found(5, 'degraded')];
    let health = healthAfter(undefined, found(0, 'degraded', [])).health;
    const since = rounds.map((round) => {
      health = healthAfter(health, round).health ?? health;
      return severitySince(health, round.severity);
    });
    expect(since.map((ms) => (ms ?? 0) / 60_000)).toEqual([1, 2, 2, 2, 5]);
    expect(severitySince(health, 'ok')).toBeUndefined();
  });
});
