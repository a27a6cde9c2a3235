import { describe, expect, it } from 'vitest';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import { isTrafficLost } from '#failover/traffic-loss.ts';
import {
  ACTIVE_ENI,
  ALONE,
  allAt,
  DETOUR,
  DOWN,
  NOW,
  RUNNING,
  routesAt,
  STANDBY_ENI,
  situation,
  UNREADABLE,
  UP,
} from './situation.ts';

const read = (bgp?: BgpCounts) => ({
  ...RUNNING,
  evidence: bgp === undefined ? [] : [{ by: 'probe' as const, at: NOW - 1_000, bgp }],
});
const pair = (owner?: BgpCounts, standby?: BgpCounts) => ({
  trigger: { kind: 'probe', id: 'probe-1' } as const,
  routers: { 'tokyo-1': read(owner), 'tokyo-2': read(standby) },
});

describe('traffic is lost', () => {
  it.each([
    ['if the owner has neither path nor detour', situation(pair(DOWN, ALONE))],
    ['if neither router has a path', situation(pair(DOWN, DOWN))],
    [
      'if EC2 reports that the owner is stopped',
      situation({ ...pair(UP, UP), routers: { 'tokyo-1': { ...read(UP), instance: 'stopped' }, 'tokyo-2': read(UP) } }),
    ],
    ['if the routes of the owner are a blackhole', situation({ ...pair(UP, UP), routes: blackholes() })],
    [
      'if a swap has left one of two routes at a router that is stopped',
      situation({
        routers: { 'tokyo-1': read(UP), 'tokyo-2': { ...read(), instance: 'stopped' } },
        trigger: { kind: 'probe', id: 'probe-1' },
        routes: routesAt(STANDBY_ENI, ACTIVE_ENI),
      }),
    ],
    [
      'if the routes are split, and the second router has neither path nor detour',
      situation({ ...pair(ALONE, DOWN), routes: routesAt(STANDBY_ENI, ACTIVE_ENI) }),
    ],
    [
      'if one of the managed routes is missing',
      situation({ ...pair(UP, UP), routes: routesAt(ACTIVE_ENI, undefined) }),
    ],
    ['if no managed route points at the pair', situation({ ...pair(UP, UP), routes: allAt(undefined) })],
  ])('%s', (_, observation) => {
    expect(isTrafficLost(observation)).toBe(true);
  });
});

describe('no traffic is lost', () => {
  it.each([
    ['while both routers have a path', situation(pair(UP, UP))],
    ['while the owner has a detour', situation(pair(DETOUR, UP))],
    [
      'while the routes are split between two routers with a path',
      situation({ ...pair(UP, UP), routes: routesAt(STANDBY_ENI, ACTIVE_ENI) }),
    ],
    ['while only the standby has no path', situation(pair(UP, DOWN))],
    ['because the sessions of both routers cannot be read', situation(pair(UNREADABLE, UNREADABLE))],
    ['because neither SSM agent answers', situation(pair())],
  ])('%s', (_, observation) => {
    expect(isTrafficLost(observation)).toBe(false);
  });
});

function blackholes() {
  return allAt(ACTIVE_ENI).map((route) => ({ ...route, state: 'blackhole' as const }));
}
