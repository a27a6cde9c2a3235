import { describe, expect, it } from 'vitest';
import { CallPacer } from '#failover/call-pacer.ts';
import { type ManagedRoute, routeName } from '#failover/site.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { ACTIVE_ENI, DOWN, NOW, REPORT, SITE, STANDBY_ENI, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const throttled = { code: 'RequestLimitExceeded', message: 'Request limit exceeded.', kind: 'throttled' } as const;
const denied = { code: 'UnauthorizedOperation', message: 'You are not authorized.', kind: 'final' } as const;
/** The owner reports its peer. */
const BY_THE_OWNER = { reporter: 'tokyo-1', subject: 'tokyo-2', instance: SITE.routers.active.instance };
const stopped = {
  instance: 'stopped',
  interface: 'attached',
  sourceDestCheck: false,
  statusChecks: 'unknown',
} as const;

describe('a swap', () => {
  it('moves every route, records the swap and announces it, in that order', async () => {
    const world = new FakeWorld();
    const result = await swapRoutes(REPORT, world.tools());
    expect(result).toMatchObject({
      outcome: 'swapped',
      owner: 'tokyo-2',
      epoch: 1,
      moved: SITE.routes,
      remaining: [],
      foreign: [],
    });
    expect([...world.targets.values()]).toEqual([STANDBY_ENI, STANDBY_ENI]);
    expect(world.journals[0]).toMatchObject({
      epoch: 1,
      automatic: true,
      to: { router: 'tokyo-2', eni: STANDBY_ENI },
      steps: 2,
    });
    expect(world.released).toEqual([{ epoch: 1, finished: true }]);
    expect(world.history).toMatchObject([{ outcome: 'swapped', detector: 'serf', moved: 2, says: result.says }]);
    expect(world.announced).toMatchObject([
      { type: 'Failover Completed', detail: { topology: 'tokyo-virginia', site: 'tokyo' } },
    ]);
    expect(world.metrics).toContainEqual({ name: 'FailoverCompleted', value: 1 });
  });

  it('records when its steps ended: noticed, decided, journal, each answer of EC2', async () => {
    const world = new FakeWorld();
    const tools = world.tools();
    const slowly: typeof tools.replaceRoute = (...call) => ((world.now += 40), tools.replaceRoute(...call));
    const { times, tookMs } = await swapRoutes(REPORT, { ...tools, replaceRoute: slowly });
    expect(times).toEqual({ noticed: -500, decided: 0, begun: 0, firstAccepted: 40, lastAccepted: 80 });
    expect(tookMs).toBe(80);
    expect(world.history).toMatchObject([{ times }]);
    expect((await swapRoutes({ ...REPORT, id: 'again' }, world.tools())).times).toBeUndefined();
  });

  it('writes its journal before it touches a route', async () => {
    const world = new FakeWorld();
    const order: string[] = [];
    const tools = world.tools();
    await swapRoutes(REPORT, {
      ...tools,
      store: { ...tools.store, begin: (...args) => (order.push('journal'), tools.store.begin(...args)) },
      replaceRoute: (...args) => (order.push('replace'), tools.replaceRoute(...args)),
      announce: (...args) => (order.push('announce'), tools.announce(...args)),
    });
    expect(order).toEqual(['journal', 'replace', 'replace', 'announce']);
  });

  it('touches nothing when another run began first', async () => {
    const world = new FakeWorld();
    const tools = world.tools();
    const result = await swapRoutes(REPORT, {
      ...tools,
      store: { ...tools.store, begin: () => Promise.resolve(false) },
    });
    expect(result).toMatchObject({ outcome: 'refused', reason: 'lease-held' });
    expect(world.replaced).toEqual([]);
    expect(world.announced).toEqual([]);
  });

  it('tries a throttled route again until it is there', async () => {
    const world = new FakeWorld();
    world.faults = [throttled, 'replaced', throttled, throttled];
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'swapped' });
    expect([...world.targets.values()]).toEqual([STANDBY_ENI, STANDBY_ENI]);
  });

  it('believes an accepted write over a stale read, and does not write again', async () => {
    const world = new FakeWorld();
    world.staleReads = 4;
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'swapped' });
    expect(world.replaced).toHaveLength(2);
  });

  it('names the routes that it may not move, keeps the rest, and leaves the swap open', async () => {
    const world = new FakeWorld();
    world.faults = [denied];
    const result = await swapRoutes(REPORT, world.tools());
    expect(result).toMatchObject({ outcome: 'partial', moved: [SITE.routes[1]], owner: undefined });
    expect(result.remaining).toEqual([{ ...SITE.routes[0], why: 'UnauthorizedOperation: You are not authorized' }]);
    expect(result.says).toContain('rtb-00000000000000001 10.2.0.0/20 (UnauthorizedOperation');
    expect(world.released).toEqual([{ epoch: 1, finished: false }]);
    expect(world.announced).toMatchObject([{ type: 'Failover Partial' }]);
  });

  it('names the first ten of a hundred routes that it may not move, and counts the rest', async () => {
    const routes = Array.from({ length: 100 }, (_, index) => ({ table: 'rtb-1', destination: `10.3.${index}.0/24` }));
    const world = new FakeWorld({ ...SITE, routes });
    world.faults = routes.map(() => denied);
    const { says, remaining } = await swapRoutes(REPORT, world.tools());
    expect(remaining).toHaveLength(100);
    expect(says).toContain('10.3.9.0/24 (UnauthorizedOperation: You are not authorized) and 90 more. Ask again.');
  });

  it('finishes a partial swap when it is asked again under the same id, in spite of hold-down', async () => {
    const world = new FakeWorld();
    world.faults = [denied];
    await swapRoutes(REPORT, world.tools());
    const again = await swapRoutes({ ...REPORT, at: world.now }, world.tools());
    expect(again).toMatchObject({ outcome: 'swapped', reason: 'finish-swap', moved: [SITE.routes[0]], epoch: 2 });
    expect(world.stored.unfinished).toBeUndefined();
  });

  it('gives up after its time and says so, when EC2 never shows the change', async () => {
    const world = new FakeWorld();
    world.staleReads = Number.POSITIVE_INFINITY;
    const result = await swapRoutes(REPORT, world.tools());
    expect(result).toMatchObject({ outcome: 'partial' });
    expect(result.remaining[0]?.why).toBe('EC2 accepted it but does not show it yet');
    expect(result.tookMs).toBeLessThan(10_000);
  });

  it('leaves a foreign route alone, moves the others and says which', async () => {
    const world = new FakeWorld();
    world.targets.set('rtb-00000000000000001 10.2.0.0/20', 'igw-1');
    const result = await swapRoutes(REPORT, world.tools());
    expect(result).toMatchObject({ outcome: 'swapped', moved: [SITE.routes[1]], foreign: [SITE.routes[0]] });
    expect(world.targets.get('rtb-00000000000000001 10.2.0.0/20')).toBe('igw-1');
    expect(world.metrics).toContainEqual({ name: 'ForeignRoutes', value: 1 });
  });
});

describe('another hand on the routes, while a swap goes on', () => {
  const passing = { code: 'InternalError', message: 'An internal error.', kind: 'passing' } as const;
  const [FIRST, SECOND] = SITE.routes.map(routeName) as [string, string];
  const STRANGER = 'eni-0000000000000009f';

  /** Does something before the n-th wait of the swap. */
  const atWait = (world: FakeWorld, nth: number, act: () => void) => {
    const { sleep, ...tools } = world.tools();
    let waits = 0;
    return { ...tools, sleep: (ms: number) => (waits++ === nth ? act() : undefined, sleep(ms)) };
  };

  it('finds before a repeated call that a route points elsewhere: it is foreign now, and stays', async () => {
    const world = new FakeWorld();
    const tools = world.tools({
      replaceRoute: () => (world.targets.set(FIRST, STRANGER), Promise.resolve(passing)),
    });
    world.targets.set(SECOND, STANDBY_ENI);
    const result = await swapRoutes(REPORT, tools);
    expect(result).toMatchObject({ outcome: 'partial', moved: [] });
    expect(result.remaining[0]?.why).toBe(`it points at ${STRANGER} now, which is not a router of the pair`);
    expect(world.targets.get(FIRST)).toBe(STRANGER);
  });

  it.each([
    ['points at a stranger', STRANGER, `it points at ${STRANGER} now, which is not a router of the pair`],
    ['is deleted', undefined, 'the route is missing now'],
  ])('that had arrived %s: the run does not wait for it to the end of its time', async (_, target, why) => {
    const world = new FakeWorld();
    world.faults = ['replaced', passing, passing, passing];
    const take = () => (target === undefined ? world.targets.delete(FIRST) : world.targets.set(FIRST, target));
    const result = await swapRoutes(REPORT, atWait(world, 1, take));
    expect(result).toMatchObject({ outcome: 'partial', moved: [SITE.routes[1]], remaining: [{ why }] });
    expect(result.tookMs).toBeLessThan(1_000);
    expect(world.targets.get(FIRST)).toBe(target);
  });

  it('that had arrived is moved back to the router that it leaves: it is moved once more', async () => {
    const world = new FakeWorld();
    world.faults = ['replaced', passing, passing];
    const result = await swapRoutes(
      REPORT,
      atWait(world, 1, () => world.targets.set(FIRST, ACTIVE_ENI)),
    );
    expect(result).toMatchObject({ outcome: 'swapped', moved: SITE.routes });
    expect(world.replaced).toEqual([FIRST, SECOND, FIRST]);
  });

  it('takes a route away that waits for EC2’s throttle: its turn comes, and no call goes out', async () => {
    const routes = Array.from({ length: 120 }, (_, index) => ({ table: 'rtb-1', destination: `10.3.${index}.0/24` }));
    const world = new FakeWorld({ ...SITE, routes });
    const last = routeName(routes.at(-1) as ManagedRoute);
    const tools = world.tools({ deadline: world.now + 60_000 });
    const asked: string[] = [];
    const result = await swapRoutes(REPORT, {
      ...tools,
      store: { ...tools.store, renew: () => Promise.resolve(true) },
      replaceRoute: (route, eni) => {
        asked.push(routeName(route));
        if (asked.length === 80) world.targets.set(last, STRANGER);
        return tools.replaceRoute(route, eni);
      },
    });
    expect(asked).not.toContain(last);
    expect(result).toMatchObject({ outcome: 'partial', remaining: [routes.at(-1)] });
    expect(result.moved).toHaveLength(119);
  });
});

describe('what does not swap', () => {
  it('answers a second report of the same failure with `already`', async () => {
    const world = new FakeWorld();
    await swapRoutes(REPORT, world.tools());
    const second = await swapRoutes({ ...REPORT, id: 'report-2', detector: 'bfd' }, world.tools());
    expect(second).toMatchObject({ outcome: 'already', owner: 'tokyo-2' });
    expect(world.replaced).toHaveLength(2);
  });

  it('does nothing for an id that was answered', async () => {
    const world = new FakeWorld();
    await swapRoutes(REPORT, world.tools());
    for (const name of world.targets.keys()) world.targets.set(name, ACTIVE_ENI);
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'refused', reason: 'replayed' });
    expect([...world.targets.values()]).toEqual([ACTIVE_ENI, ACTIVE_ENI]);
  });

  it('keeps a refused id open, so that the router may ask again', async () => {
    const world = new FakeWorld();
    world.ec2 = {
      ...world.ec2,
      'tokyo-2': { instance: 'unknown', interface: 'unknown', sourceDestCheck: 'unknown', statusChecks: 'unknown' },
    };
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'refused', reason: 'both-unfit' });
    world.ec2 = new FakeWorld().ec2;
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'swapped' });
  });

  it('protects a router that reported first from being reported in turn', async () => {
    const world = new FakeWorld();
    const first = await swapRoutes({ ...REPORT, id: 'a', ...BY_THE_OWNER }, world.tools());
    expect(first.outcome).toBe('already');
    const second = await swapRoutes({ ...REPORT, id: 'b' }, world.tools());
    expect(second).toMatchObject({ outcome: 'refused', reason: 'owner-healthy', owner: 'tokyo-1' });
  });

  it('does not fail a swap that is done because its end cannot be recorded; the next trigger records it', async () => {
    const world = new FakeWorld();
    const { store, ...tools } = world.tools();
    const deaf = { ...store, release: () => Promise.reject(new Error('throttled')) };
    expect(await swapRoutes(REPORT, { ...tools, store: deaf })).toMatchObject({ outcome: 'swapped' });
    world.now += 16_000;
    const again = await swapRoutes({ ...REPORT, id: 'report-2', at: world.now }, world.tools({ run: 'run-2' }));
    expect(again).toMatchObject({ outcome: 'already', reason: 'finish-swap' });
    expect(world.stored.unfinished).toBeUndefined();
  });

  it('does not fail a completed swap because its announcement failed', async () => {
    const world = new FakeWorld();
    const result = await swapRoutes(REPORT, world.tools({ announce: () => Promise.reject(new Error('no bus')) }));
    expect(result.outcome).toBe('swapped');
    expect(world.logged).toContainEqual({
      level: 'error',
      message: 'Could not write the announcement; continuing.',
    });
  });
});

describe('a swap that moved nothing to its end', () => {
  const broken = { code: 'InternalError', message: 'An internal error.', kind: 'passing' } as const;

  it('is abandoned when its target fails, and not carried out when the target recovers days later', async () => {
    const world = new FakeWorld();
    world.faults = Array.from({ length: 1_000 }, () => broken);
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'partial', moved: [] });
    world.faults = [];
    const look = (id: string) => {
      for (const name of ['tokyo-1', 'tokyo-2']) world.hasSaid(name, world.now, UP);
      return swapRoutes({ kind: 'probe', id }, world.tools());
    };
    const well = world.ec2;
    world.ec2 = { ...well, 'tokyo-2': stopped };
    world.now += 60_000;
    expect(await look('probe-1')).toMatchObject({ reason: 'give-up-swap', moved: [] });
    world.ec2 = well;
    world.now += 3 * 24 * 3_600_000;
    expect(await look('probe-2')).toMatchObject({ outcome: 'noted', reason: 'healthy' });
    expect([...world.targets.values()]).toEqual([ACTIVE_ENI, ACTIVE_ENI]);
  });
});

describe('its lease', () => {
  it('stops a run that lost it to a newer swap', async () => {
    const world = new FakeWorld();
    const tools = world.tools();
    // Nothing in the bucket: every call waits.
    const pacer = new CallPacer({ capacity: 0, perSecond: 1 }, world.now);
    const slow = (ms: number) => {
      world.now += Math.max(ms, 9_000);
      return Promise.resolve();
    };
    const store = { ...tools.store, renew: () => Promise.resolve(false) };
    const result = await swapRoutes(REPORT, { ...tools, store, pacer, sleep: slow, deadline: world.now + 60_000 });
    expect(result).toMatchObject({ outcome: 'partial', moved: [] });
    expect(world.replaced).toEqual([]);
  });

  it('is renewed while a long swap goes on', async () => {
    const routes = Array.from({ length: 250 }, (_, index) => ({
      table: 'rtb-00000000000000001',
      destination: `10.3.${index}.0/24`,
    }));
    const world = new FakeWorld({ ...SITE, routes });
    const renewed: number[] = [];
    const tools = world.tools();
    const store = {
      ...tools.store,
      renew: (epoch: number, _: string, now: number) => Promise.resolve(renewed.push(now) > 0 && epoch === 1),
    };
    const result = await swapRoutes(REPORT, { ...tools, store, deadline: world.now + 60_000 });
    expect(result).toMatchObject({ outcome: 'swapped' });
    expect(renewed.length).toBeGreaterThan(0);
    expect(result.tookMs).toBeGreaterThanOrEqual(14_000);
  });
});

describe('announcements', () => {
  it('what would have been done, while the site only observes', async () => {
    const world = new FakeWorld({ ...SITE, policy: { ...SITE.policy, mode: 'observe' } });
    await swapRoutes(REPORT, world.tools());
    expect(world.announced).toMatchObject([{ type: 'Failover Noted', detail: { reason: 'reported-by-survivor' } }]);
  });

  it('of a swap precede its end, so that the next run announces it if this one crashes in between', async () => {
    const world = new FakeWorld();
    const tools = world.tools();
    const order: string[] = [];
    await swapRoutes(REPORT, {
      ...tools,
      announce: (...args) => (order.push('announce'), tools.announce(...args)),
      store: { ...tools.store, release: (...args) => (order.push('close'), tools.store.release(...args)) },
    });
    expect(order).toEqual(['announce', 'close']);
  });

  it.each(['denied', 'moved', 'foreign'])(
    'of 1000 routes that are %s, in an event and a sentence that fit',
    async (end) => {
      const routes = Array.from({ length: 1000 }, (_, index) => ({
        table: `rtb-0000000000000${1000 + index}`,
        destination: '2001:db8:1234:5678::/64',
      }));
      const world = new FakeWorld({ ...SITE, routes });
      // What decode-authorization-message takes.
      const message = `You are not authorized. Encoded authorization failure message: ${'x'.repeat(1200)}`;
      if (end === 'denied') world.faults = routes.map(() => ({ ...denied, message }));
      if (end === 'foreign') for (const name of world.targets.keys()) world.targets.set(name, 'igw-00000000000000001');
      const tools = world.tools({ deadline: world.now + 300_000 });
      const { says } = await swapRoutes(REPORT, {
        ...tools,
        store: { ...tools.store, renew: () => Promise.resolve(true) },
      });
      expect(says.length).toBeLessThan(4_000);
      expect(world.announced).toHaveLength(1);
      expect(Buffer.byteLength(JSON.stringify(world.announced))).toBeLessThan(256 * 1024);
      expect(world.announced[0]?.detail['counts']).toMatchObject({ [end === 'denied' ? 'remaining' : end]: 1000 });
    },
  );

  it('once of a report that came in a pause, until the same report moves the routes after it', async () => {
    const world = new FakeWorld();
    world.stored = { ...world.stored, pause: { since: NOW, until: NOW + 120_000, by: 'ann', reason: 'work' } };
    const outcomes: string[] = [];
    for (; world.now <= NOW + 130_000; world.now += 30_000)
      outcomes.push((await swapRoutes({ ...REPORT, at: world.now, confirmedAt: world.now }, world.tools())).outcome);
    expect(outcomes).toEqual(['noted', 'noted', 'noted', 'noted', 'swapped']);
    expect(world.announced.map(({ type }) => type)).toEqual(['Failover Noted', 'Failover Completed']);
    expect(world.history.map(({ outcome }) => outcome)).toEqual(['noted', 'swapped']);
  });

  it('one event and one history entry for a refusal, however often the router asks', async () => {
    const world = new FakeWorld();
    for (let times = 0; times < 5; times++)
      await swapRoutes({ ...REPORT, bgp: undefined, at: world.now }, world.tools());
    expect(world.announced.map(({ type }) => type)).toEqual(['Failover Refused']);
    expect(world.history).toHaveLength(1);
  });

  describe('of a route that EC2 will not move', () => {
    const minute = (world: FakeWorld, count: number) => {
      world.now += 60_000;
      world.hasSaid('tokyo-2', world.now, UP);
      return swapRoutes({ kind: 'probe', id: `probe-${count}` }, world.tools());
    };
    const counted = (world: FakeWorld) => world.metrics.filter(({ name }) => name === 'FailoverPartial').length;

    it('once, though the probe tries each minute; the alarm stays up', async () => {
      const world = new FakeWorld();
      world.faults = [denied];
      await swapRoutes(REPORT, world.tools());
      for (let count = 1; count <= 5; count++) {
        world.faults = [{ ...denied, message: `You are not authorized (${count}).` }];
        expect(await minute(world, count)).toMatchObject({ outcome: 'partial', reason: 'finish-swap' });
      }
      expect(world.announced.map(({ type }) => type)).toEqual(['Failover Partial']);
      expect(world.history).toHaveLength(1);
      expect(counted(world)).toBe(6);
    });

    it('again when another route is left, or when the last run crashed before its announcement', async () => {
      const world = new FakeWorld();
      world.ec2 = { ...world.ec2, 'tokyo-1': stopped };
      world.faults = [denied, denied];
      await swapRoutes(REPORT, world.tools());
      // As long as none has moved, the failure is decided on each time.
      world.faults = [denied, denied];
      expect(await minute(world, 0)).toMatchObject({ outcome: 'partial', reason: 'owner-not-running' });
      expect(world.announced).toHaveLength(1);
      world.faults = [denied];
      await minute(world, 1);
      const { remaining: _, ...unfinished } = world.stored.unfinished ?? { epoch: 0, to: '', reason: '' };
      world.stored = { ...world.stored, unfinished };
      world.faults = [denied];
      await minute(world, 2);
      expect(world.announced.map(({ type }) => type)).toEqual(Array(3).fill('Failover Partial'));
      await minute(world, 3);
      expect(world.announced.at(-1)?.type).toBe('Failover Completed');
    });
  });

  it('of hold-down at once, if the new owner is reported', async () => {
    const world = new FakeWorld();
    await swapRoutes(REPORT, world.tools());
    world.now += 800;
    const noticed = { at: world.now, detectedAt: world.now, noticedAt: world.now };
    world.hasSaid('tokyo-2', world.now, DOWN);
    const back = { ...REPORT, id: 'report-2', ...BY_THE_OWNER, ...noticed };
    expect(await swapRoutes(back, world.tools())).toMatchObject({ outcome: 'refused', reason: 'hold-down' });
    expect(world.announced.at(-1)?.type).toBe('Failover Refused');
  });

  it('a replay is no news, and does not make the id fresh again', async () => {
    const world = new FakeWorld();
    for (let times = 0; times < 3; times++) await swapRoutes({ ...REPORT, at: world.now }, world.tools());
    expect(world.announced.map(({ type }) => type)).toEqual(['Failover Completed']);
    expect(world.answers[REPORT.id]?.outcome).toBe('swapped');
  });
});
