import { describe, expect, it } from 'vitest';
import type { ReplaceOutcome } from '#aws/route-tables.ts';
import type { ManagedRoute } from '#failover/site.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
import { SITE } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';
import { UP } from './probe-rounds.ts';

describe('the rehearsal of a site of 40 routes, which takes turns', () => {
  const routes = Array.from({ length: 40 }, (_, index) => ({
    table: `rtb-${index % 8}`,
    destination: `10.3.${index}.0/24`,
  }));
  const denied = { code: 'UnauthorizedOperation', message: 'You are not authorized.', kind: 'final' } as const;
  const rounds = async (world: FakeWorld, count: number, isDenied: (route: ManagedRoute) => boolean) => {
    const before = world.metrics.length;
    const tools = {
      readBgp: () => Promise.resolve(UP),
      rehearseReplace: (route: ManagedRoute) => Promise.resolve(isDenied(route) ? denied : ('replaced' as const)),
    };
    for (let round = 0; round < count; round++) {
      await probeSite(
        world.tools({ ...tools, turn: `turn-${world.now}`, askRouteSwap: () => rehearse(world.tools(tools)) }),
      );
      world.now += 60_000;
    }
    return world.metrics
      .slice(before)
      .flatMap(({ name, value }) => (name === 'FailoverReady' ? [value] : []))
      .join('');
  };

  it('says once, and until that route is asked about again, that EC2 would not move one', async () => {
    const world = new FakeWorld({ ...SITE, routes });
    const one = (route: ManagedRoute) => route.destination === '10.3.21.0/24';
    expect(await rounds(world, 60, one)).toMatch(/^1{0,7}0{53,60}$/);
    expect(world.announced.map(({ type }) => type)).toEqual(['Site Degraded']);
    expect(world.stored.health?.refused).toEqual([
      { table: 'rtb-5', destination: '10.3.21.0/24', why: 'UnauthorizedOperation: You are not authorized' },
    ]);
    expect(await rounds(world, 16, () => false)).toBe('1'.repeat(16));
    expect(world.announced.map(({ type }) => type)).toEqual(['Site Degraded', 'Site Recovered']);
  });

  it('stores each refused route, and drops those that the site no longer manages', async () => {
    const world = new FakeWorld({ ...SITE, routes });
    expect(await rounds(world, 8, ({ table }) => table === 'rtb-5')).toContain('0');
    expect(world.stored.health?.refused).toHaveLength(5);
    expect(world.announced).toHaveLength(1);
    const smaller = new FakeWorld({ ...SITE, routes: routes.filter(({ table }) => table !== 'rtb-5') });
    Object.assign(smaller, { now: world.now, stored: world.stored });
    expect(await rounds(smaller, 1, () => false)).toBe('1');
  });

  it('forgets what failed in passing, and no refusal for it', async () => {
    const world = new FakeWorld({ ...SITE, routes });
    expect(await rounds(world, 8, () => true)).toBe('0'.repeat(8));
    expect(world.stored.health?.refused).toHaveLength(40);
    const failing = { code: 'InternalError', message: 'An internal error.', kind: 'passing' } as const;
    const tools = world.tools({ rehearseReplace: () => Promise.resolve(failing) });
    const { refused = [], problems } = await rehearse(tools);
    expect(refused).toEqual(world.stored.health?.refused);
    expect(problems).toHaveLength(40);
    expect(problems).toContain('rtb-0 10.3.0.0/24 could not be moved: InternalError: An internal error');
    world.stored = { ...world.stored, health: undefined };
    expect(await rehearse(tools)).toMatchObject({ ready: false, refused: [] });
  });

  it('names the routes about which EC2 did not answer: neither permitted nor refused', async () => {
    const world = new FakeWorld({ ...SITE, routes: routes.slice(0, 3) });
    const answers = new Map<string, ReplaceOutcome>([
      ['10.3.0.0/24', { code: 'InternalError', message: 'An internal error.', kind: 'passing' }],
      ['10.3.1.0/24', { code: 'RequestLimitExceeded', message: 'Request limit exceeded.', kind: 'throttled' }],
    ]);
    const rehearseReplace = ({ destination }: ManagedRoute) =>
      Promise.resolve(answers.get(destination) ?? ('replaced' as const));
    expect(await rehearse(world.tools({ rehearseReplace }))).toMatchObject({
      rehearsed: 3,
      refused: [],
      unknown: [
        { destination: '10.3.0.0/24', why: 'InternalError: An internal error' },
        { destination: '10.3.1.0/24', why: 'RequestLimitExceeded: Request limit exceeded' },
      ],
    });
    answers.clear();
    expect(await rehearse(world.tools({ rehearseReplace }))).not.toHaveProperty('unknown');
  });

  it('counts foreign routes, for the alarm', async () => {
    const world = new FakeWorld({ ...SITE, routes });
    for (const name of [...world.targets.keys()].slice(0, 2)) world.targets.set(name, 'igw-1');
    await rounds(world, 1, () => false);
    for (const name of world.targets.keys()) world.targets.set(name, 'igw-1');
    await rounds(world, 1, () => false);
    expect(world.metrics.filter(({ name }) => name === 'ForeignRoutes').map(({ value }) => value)).toEqual([2, 40]);
  });
});
