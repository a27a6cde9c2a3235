import { describe, expect, it } from 'vitest';
import type { Ec2Facts } from '#aws/routers.ts';
import type { CommandEnd } from '#aws/run-command.ts';
import { METRICS_EVERY_ROUND } from '#cli/cost/assumptions.ts';
import type { ProbeRequest, RehearseRequest } from '#contracts/route-swap-requests.ts';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import { fitnessOf } from '#failover/fitness.ts';
import { type ManagedRoute, routeName } from '#failover/site.ts';
import type { ProbePorts } from '#functions/health-probe/ports.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { observe } from '#functions/observe.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import {
  ACTIVE_ENI,
  ALONE,
  DOWN as NO_PATH,
  NOW,
  UP as PATH,
  readOn,
  SITE,
  STANDBY_ENI,
} from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const counted = (bgp: BgpCounts): CommandEnd => ({ kind: 'answered', output: JSON.stringify(bgp) });
const UP = counted(PATH);
const DOWN = counted(NO_PATH);
/** What route-swap is asked while nothing is wrong: could you? */
const REHEARSE = { action: 'rehearse' };
const DENIED = { code: 'UnauthorizedOperation', message: 'No.', kind: 'final' } as const;
const SILENT: CommandEnd = { kind: 'silent', why: 'no answer within 10 s' };

async function probe(world: FakeWorld, answers: Readonly<Record<string, CommandEnd>>, turn = `turn-${world.now}`) {
  const asked: unknown[] = [];
  const tools: ProbePorts = world.tools({
    turn,
    readBgp: (router: { name: string }) => Promise.resolve(answers[router.name] ?? SILENT),
    askRouteSwap: (request: ProbeRequest | RehearseRequest) => {
      asked.push(request);
      return Promise.resolve({ ready: world.problems.length === 0, problems: world.problems, rehearsed: 2 });
    },
  });
  const result = await probeSite(tools);
  world.now += 60_000;
  return { asked, result };
}

describe('a round of the probe', () => {
  it('finds a healthy site healthy, stores the round, and counts it', async () => {
    const world = new FakeWorld();
    const { asked, result } = await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    expect(result.decision.kind).toBe('hold');
    expect(asked).toEqual([REHEARSE]);
    expect(world.stored.probes).toMatchObject([{ readings: { [ACTIVE_ENI]: readOn(SITE.routers.active, PATH) } }]);
    expect(world.metrics).toContainEqual({ name: 'RoutesAtStandby', value: 0 });
    // Others cost nothing while nothing is wrong.
    const { site, router } = METRICS_EVERY_ROUND;
    expect(world.metrics.map(({ name }) => name).toSorted()).toEqual([...site, ...router, ...router].toSorted());
  });

  it('keeps why a router did not answer, which is why it is not fit; an answer ends that', async () => {
    const world = new FakeWorld();
    const why = 'no agent: Systems Manager knows no SSM agent on it (InvalidInstanceId)';
    const unfit = async () => {
      const seen = await observe({ kind: 'probe', id: 'look' }, world.tools());
      const fitness = fitnessOf(seen, SITE.routers.standby);
      return fitness.fit ? [] : fitness.unfit;
    };
    const { result } = await probe(world, { 'tokyo-1': UP, 'tokyo-2': { kind: 'silent', why } });
    expect(result.round.unanswered).toEqual({ [STANDBY_ENI]: why });
    expect(await unfit()).toEqual([`nothing is known of its eBGP sessions; the probe could not read them: ${why}`]);
    const { result: next } = await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    expect([next.round.unanswered, await unfit()]).toEqual([undefined, []]);
  });

  it('asks route-swap on the second round in a row without a path on the owner, not on the first', async () => {
    const world = new FakeWorld();
    expect((await probe(world, { 'tokyo-1': DOWN, 'tokyo-2': UP })).asked).toEqual([REHEARSE]);
    const second = await probe(world, { 'tokyo-1': DOWN, 'tokyo-2': UP });
    expect(second.asked).toEqual([{ action: 'probe', id: 'probe-run-1' }]);
  });

  it('takes a turn that is delivered twice for one round, and a bad round of an hour ago for none', async () => {
    const world = new FakeWorld();
    const bad = { 'tokyo-1': DOWN, 'tokyo-2': UP };
    await probe(world, bad, 'turn-1');
    world.now -= 59_500;
    expect((await probe(world, bad, 'turn-1')).asked).toEqual([REHEARSE]);
    expect(world.stored.probes).toHaveLength(1);
    world.now += 3_600_000;
    expect((await probe(world, bad)).asked).toEqual([REHEARSE]);
    expect((await probe(world, bad)).asked).toMatchObject([{ action: 'probe' }]);
  });

  it('keeps what both deliveries of one turn have read, the newer of each router, when both are at work at once', async () => {
    const world = new FakeWorld();
    const { store } = world.tools();
    const before = await store.read('probe-0');
    await probe(world, { 'tokyo-1': SILENT, 'tokyo-2': UP }, 'turn-1');
    world.now = NOW + 900;
    // It read the store before the other one wrote to it.
    const answers: Readonly<Record<string, CommandEnd>> = { 'tokyo-1': UP, 'tokyo-2': DOWN };
    await probeSite(
      world.tools({
        turn: 'turn-1',
        store: { ...store, read: () => Promise.resolve(before) },
        readBgp: ({ name }: { name: string }) => Promise.resolve(answers[name] ?? SILENT),
        askRouteSwap: () => Promise.resolve({ ready: true, problems: [], rehearsed: 2 }),
      }),
    );
    expect(world.stored.probes).toMatchObject([
      { turn: 'turn-1', readings: { [ACTIVE_ENI]: { bgp: PATH }, [STANDBY_ENI]: { bgp: NO_PATH } } },
    ]);
  });

  it.each<[string, CommandEnd]>([
    ['a silent SSM agent', SILENT],
    ['a shell that fails', { kind: 'failed', why: 'exit code 127: vtysh: not found' }],
    ['output that is no JSON', { kind: 'answered', output: '% BGP instance not found' }],
    ['JSON that is no summary', { kind: 'answered', output: '[1]' }],
  ])('takes %s for unknown, never for down', async (_, end) => {
    const world = new FakeWorld();
    for (let round = 0; round < 4; round++)
      expect((await probe(world, { 'tokyo-1': end, 'tokyo-2': UP })).asked).toEqual([REHEARSE]);
    expect(world.stored.probes.at(-1)?.readings[ACTIVE_ENI]).toBeNull();
    expect(world.logged.some(({ message }) => message.startsWith('tokyo-1 did not tell'))).toBe(true);
  });

  it('takes the silence of an instance that was replaced for nothing at all: the one in its place was not asked', async () => {
    const world = new FakeWorld();
    const rounds = async () => {
      await probe(world, { 'tokyo-1': SILENT, 'tokyo-2': UP });
      return (await probe(world, { 'tokyo-1': SILENT, 'tokyo-2': UP })).asked;
    };
    const impaired = { ...world.ec2['tokyo-1'], statusChecks: 'impaired' } as Ec2Facts;
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...impaired, attachedTo: 'i-0000000000000009f' } };
    expect(await rounds()).toEqual([REHEARSE]);
    world.ec2 = { ...world.ec2, 'tokyo-1': impaired };
    expect(await rounds()).toMatchObject([{ action: 'probe' }]);
  });

  it('asks at once when EC2 reports that the owner does not run', async () => {
    const world = new FakeWorld();
    await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    world.ec2 = {
      ...world.ec2,
      'tokyo-1': { instance: 'stopped', interface: 'attached', sourceDestCheck: false, statusChecks: 'ok' },
    };
    expect((await probe(world, { 'tokyo-1': SILENT, 'tokyo-2': UP })).asked).toHaveLength(1);
  });

  it('keeps only the last rounds', async () => {
    const world = new FakeWorld();
    for (let round = 0; round < 5; round++) await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    expect(world.stored.probes).toHaveLength(3);
  });

  it('says why the site could not fail over', async () => {
    const world = new FakeWorld();
    await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    for (const _ of [1, 2, 3]) await probe(world, { 'tokyo-1': UP, 'tokyo-2': DOWN });
    expect(world.announced.map(({ type }) => type)).toEqual(['Site Degraded']);
    expect(world.announced[0]?.detail.says).toContain('none of its 1 eBGP sessions is Established');
  });

  describe('that falls into a swap says nothing of the health of the site', () => {
    const health = ({ announced, metrics }: FakeWorld) => [
      ...announced,
      ...metrics.filter(({ name }) => name === 'FailoverReady'),
    ];
    const begin = (world: FakeWorld) => {
      const unfinished = { epoch: 1, to: STANDBY_ENI, reason: 'reported-by-survivor' };
      world.stored = { ...world.stored, epoch: 1, unfinished, leasedUntil: world.now + 9_000 };
      world.targets.set(routeName(SITE.routes[1] as ManagedRoute), STANDBY_ENI);
    };

    it('when the swap ends before route-swap is asked', async () => {
      const world = new FakeWorld();
      begin(world);
      await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
      expect(health(world)).toEqual([]);
    });

    it('when the swap begins before route-swap is asked', async () => {
      const world = new FakeWorld();
      const askRouteSwap = () => {
        begin(world);
        return rehearse(world.tools());
      };
      const { answer } = await probeSite(
        world.tools({ turn: 'turn-1', readBgp: () => Promise.resolve(UP), askRouteSwap }),
      );
      expect(answer).toMatchObject({ ready: false, problems: ['swap 1 is under way'], rehearsed: 0 });
      expect(health(world)).toEqual([]);
    });
  });

  it('takes a route that EC2 would not let us move for degraded', async () => {
    const world = new FakeWorld();
    world.problems = ['rtb-1 10.2.0.0/20 could not be moved: UnauthorizedOperation'];
    for (const _ of [1, 2, 3]) await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    expect(world.announced).toMatchObject([{ type: 'Site Degraded', detail: { problems: world.problems } }]);
  });

  describe('of a site of 40 routes, whose rehearsal takes turns', () => {
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

    it('counts foreign routes, for the alarm', async () => {
      const world = new FakeWorld({ ...SITE, routes });
      for (const name of [...world.targets.keys()].slice(0, 2)) world.targets.set(name, 'igw-1');
      await rounds(world, 1, () => false);
      for (const name of world.targets.keys()) world.targets.set(name, 'igw-1');
      await rounds(world, 1, () => false);
      expect(world.metrics.filter(({ name }) => name === 'ForeignRoutes').map(({ value }) => value)).toEqual([2, 40]);
    });
  });

  describe('that waits for route-swap in vain', () => {
    const silent = () =>
      Promise.reject(Object.assign(new Error('@smithy/node-http-handler - requestTimeout'), { name: 'TimeoutError' }));
    const health = ({ announced, metrics }: FakeWorld) => [
      ...announced.map(({ type }) => type),
      ...metrics.flatMap(({ name, value }) => (name === 'FailoverReady' ? [value] : [])),
    ];

    it('having asked it to act, says nothing of health: many routes take their time, and the swap goes on', async () => {
      const world = new FakeWorld();
      await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
      world.ec2 = {
        ...world.ec2,
        'tokyo-1': { instance: 'stopped', interface: 'attached', sourceDestCheck: false, statusChecks: 'ok' },
      };
      await probeSite(world.tools({ turn: 'turn-2', readBgp: () => Promise.resolve(UP), askRouteSwap: silent }));
      expect(health(world)).toEqual([1]);
    });

    it('having asked whether it could, says that the site is not ready', async () => {
      const world = new FakeWorld();
      await probeSite(world.tools({ turn: 'turn-2', readBgp: () => Promise.resolve(UP), askRouteSwap: silent }));
      expect(health(world)).toEqual([0]);
    });
  });

  it('takes a pair whose session does not start for degraded, and says what starts it', async () => {
    const world = new FakeWorld();
    const held = (hops: 'single' | 'multi') => counted({ ...ALONE, pairBfd: { status: 'down', hops } });
    for (let round = 0; round < 3; round++) await probe(world, { 'tokyo-1': held('single'), 'tokyo-2': held('multi') });
    expect(world.metrics.filter(({ name }) => name === 'FailoverReady').map(({ value }) => value)).toEqual([0, 0, 0]);
    expect(world.announced.map(({ type }) => type)).toEqual(['Site Degraded']);
    expect(world.announced[0]?.detail.says).toContain('tokyo-2 runs multihop BFD and its peer single-hop');
    for (let round = 0; round < 3; round++) await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    expect(world.announced.map(({ type }) => type)).toEqual(['Site Degraded', 'Site Recovered']);
  });

  it('takes a route-swap that does not answer for degraded, and finishes its round', async () => {
    const world = new FakeWorld();
    for (const turn of ['turn-1', 'turn-2', 'turn-3']) {
      const tools: ProbePorts = world.tools({
        turn,
        readBgp: () => Promise.resolve(UP),
        askRouteSwap: () => Promise.reject(new Error('AccessDeniedException')),
      });
      await probeSite(tools);
    }
    expect(world.metrics).toContainEqual({ name: 'FailoverReady', value: 0 });
    expect(world.announced).toMatchObject([
      { type: 'Site Degraded', detail: { problems: ['route-swap did not answer: AccessDeniedException'] } },
    ]);
  });

  it('announces once that a pause is about to end, and once that it has ended', async () => {
    const world = new FakeWorld();
    const pause = { since: world.now, until: world.now + 11.5 * 60_000, by: 'ann', reason: 'kernel' };
    world.stored = { ...world.stored, pause };
    for (let minute = 0; minute < 15; minute++) await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    expect(world.announced.map(({ type }) => type)).toEqual(['Pause Ending', 'Pause Ended']);
    expect(world.announced[0]?.detail.says).toBe('The pause of tokyo by ann (kernel) ends in 10 min.');
    expect(world.stored.announcedPause).toEqual({ since: pause.since, until: pause.until, stage: 'ended' });
  });

  it('announces a pause in one of two deliveries of a round', async () => {
    const world = new FakeWorld();
    const pause = { since: world.now - 60_000, until: world.now, by: 'ann', reason: 'kernel' };
    world.stored = { ...world.stored, pause };
    const before = world.stored;
    const { store } = world.tools();
    const recall = async (id: string) => ({ ...(await store.read(id)), stored: before });
    for (const _ of [1, 2]) {
      await probeSite(
        world.tools({
          turn: 'turn-1',
          readBgp: () => Promise.resolve(UP),
          askRouteSwap: () => Promise.resolve({ ready: true, problems: [], rehearsed: 2 }),
          store: { ...store, read: recall },
        }),
      );
    }
    expect(world.announced.map(({ type }) => type)).toEqual(['Pause Ended']);
  });

  describe('that finds the record of a tentative swap that no run decided', () => {
    /** With the real route-swap at the other end. */
    const round = async (world: FakeWorld, active: CommandEnd) => {
      await probeSite(
        world.tools({
          turn: `turn-${world.now}`,
          readBgp: ({ name }: { name: string }) => Promise.resolve(name === 'tokyo-1' ? active : UP),
          askRouteSwap: (request: ProbeRequest | RehearseRequest): Promise<unknown> =>
            request.action === 'rehearse'
              ? rehearse(world.tools({ run: 'run-2' }))
              : swapRoutes({ kind: 'probe', id: request.id, rounds: request.rounds }, world.tools({ run: 'run-2' })),
        }),
      );
      world.now += 60_000;
    };
    const withRecord = async (site = SITE) => {
      const world = new FakeWorld(site);
      const { store } = world.tools();
      await store.beginTentatively(
        {
          epoch: 1,
          to: { router: 'tokyo-2', eni: STANDBY_ENI },
          steps: 2,
          reason: 'reported-by-survivor',
          says: 'It failed.',
          automatic: true,
          trigger: 'report-1',
          run: 'ended',
          beganAt: world.now - 60_000,
        },
        await store.read('any'),
        world.now - 60_000,
      );
      return world;
    };

    it('removes it, and neither the history nor an announcement has anything of it', async () => {
      const world = await withRecord();
      await round(world, UP);
      expect(world.stored).toMatchObject({ epoch: 0, tentative: undefined, automaticSwaps: [] });
      expect([world.history, world.announced]).toEqual([[], []]);
    });

    it('announces a failure that may only be noted once', async () => {
      const world = await withRecord({ ...SITE, policy: { ...SITE.policy, mode: 'observe' } });
      world.ec2['tokyo-1'] = { ...world.ec2['tokyo-1'], instance: 'stopped' } as never;
      await round(world, SILENT);
      expect(world.stored.tentative).toBeUndefined();
      expect(world.announced.map(({ type }) => type)).toEqual(['Failover Noted']);
    });
  });

  describe('that may only note', () => {
    const observing = () => new FakeWorld({ ...SITE, policy: { ...SITE.policy, mode: 'observe' } });
    const stop = (world: FakeWorld) => {
      world.ec2 = {
        ...world.ec2,
        'tokyo-1': { instance: 'stopped', interface: 'attached', sourceDestCheck: false, statusChecks: 'unknown' },
      };
    };
    /** With the real route-swap at the other end. */
    const round = async (world: FakeWorld, active: CommandEnd, standby = UP) => {
      await probeSite(
        world.tools({
          turn: `turn-${world.now}`,
          readBgp: ({ name }: { name: string }) => Promise.resolve(name === 'tokyo-1' ? active : standby),
          askRouteSwap: (request: ProbeRequest | RehearseRequest): Promise<unknown> =>
            request.action === 'rehearse'
              ? rehearse(world.tools())
              : swapRoutes({ kind: 'probe', id: request.id, rounds: request.rounds }, world.tools()),
        }),
      );
      world.now += 60_000;
    };
    const told = (world: FakeWorld) => world.announced.map(({ type, detail }): unknown[] => [type, detail.reason]);

    it('announces once for each failure what would be done, however many rounds find it; each has an entry in the history', async () => {
      const world = observing();
      await round(world, UP);
      stop(world);
      for (const _ of [1, 2, 3]) await round(world, SILENT);
      world.ec2 = new FakeWorld().ec2;
      for (const _ of [1, 2, 3]) await round(world, UP);
      stop(world);
      for (const _ of [1, 2, 3]) await round(world, SILENT);
      const failure = [
        ['Failover Noted', 'owner-not-running'],
        ['Site Degraded', undefined],
      ];
      expect(told(world)).toEqual([...failure, ['Site Recovered', undefined], ...failure]);
      expect(world.history).toMatchObject([
        { detector: 'probe', outcome: 'noted', reason: 'owner-not-running', moved: 0 },
        { detector: 'probe', outcome: 'noted', reason: 'owner-not-running', moved: 0 },
      ]);
      expect(world.replaced).toEqual([]);
    });

    it('announces it once, too, while the store accepts neither rounds nor health', async () => {
      const world = observing();
      await round(world, UP);
      world.makeStoreReadOnly();
      for (const _ of [1, 2, 3, 4]) await round(world, DOWN);
      expect(told(world)).toEqual([['Failover Noted', 'ebgp-down-twice']]);
    });

    it('announces the site’s health in the same minute', async () => {
      const world = observing();
      stop(world);
      for (const _ of [1, 2, 3]) {
        // Two calls at once, the first route's among them, and that one again.
        world.faults = [DENIED, 'replaced', DENIED];
        await round(world, SILENT);
      }
      expect(world.metrics).toContainEqual({ name: 'FailoverReady', value: 0 });
      expect(world.announced.find(({ type }) => type === 'Site Degraded')?.detail.problems).toEqual([
        'EC2 reports that tokyo-1 is stopped',
        'rtb-00000000000000001 10.2.0.0/20 could not be moved: UnauthorizedOperation: No',
      ]);
    });

    it('leaves the swap to the first round after the pause, by an id that is not used up', async () => {
      const world = new FakeWorld();
      world.stored = {
        ...world.stored,
        pause: { since: world.now, until: world.now + 90_000, by: 'ann', reason: 'x' },
      };
      stop(world);
      for (const _ of [1, 2]) await round(world, SILENT);
      expect(world.replaced).toEqual([]);
      await round(world, SILENT);
      expect([...world.targets.values()]).toEqual([STANDBY_ENI, STANDBY_ENI]);
      expect(told(world).filter(([, reason]) => reason === 'owner-not-running')).toEqual([
        ['Failover Noted', 'owner-not-running'],
        ['Failover Completed', 'owner-not-running'],
      ]);
    });
  });

  it.each([
    ['automatic', 'failover is automatic again'],
    ['observe', 'this site still only observes (mode: observe)'],
    ['off', 'failover is still switched off (mode: off)'],
  ] as const)('says at the end of a pause what is true in mode %s', async (mode, says) => {
    const world = new FakeWorld({ ...SITE, policy: { ...SITE.policy, mode } });
    const pause = { since: world.now - 60_000, until: world.now, by: 'ann', reason: 'kernel' };
    world.stored = { ...world.stored, pause };
    await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    expect(world.announced.map(({ detail }) => detail.says)).toEqual([
      `The pause of tokyo by ann (kernel) is over; ${says}.`,
    ]);
  });

  it('asks for a failover all the same when the store is down', async () => {
    const world = new FakeWorld();
    world.ec2 = {
      ...world.ec2,
      'tokyo-1': { instance: 'stopped', interface: 'attached', sourceDestCheck: false, statusChecks: 'unknown' },
    };
    world.storeDown = true;
    expect((await probe(world, { 'tokyo-1': SILENT, 'tokyo-2': UP })).asked).toMatchObject([{ action: 'probe' }]);
  });

  describe('while the store does not answer, goes by what its own environment has read', () => {
    const bad = { 'tokyo-1': DOWN, 'tokyo-2': UP };

    it('in the second round it asks, and hands both over', async () => {
      const world = Object.assign(new FakeWorld(), { storeDown: true });
      expect((await probe(world, bad)).asked).toEqual([REHEARSE]);
      const [request] = (await probe(world, bad)).asked;
      const readings = {
        [ACTIVE_ENI]: readOn(SITE.routers.active, NO_PATH),
        [STANDBY_ENI]: readOn(SITE.routers.standby, PATH),
      };
      expect(request).toMatchObject({ action: 'probe', rounds: [{ readings }, { readings }] });
      expect(readDirectRequest(JSON.parse(JSON.stringify(request)), SITE)).toMatchObject({
        trigger: { kind: 'probe', rounds: [{ readings }, { readings }] },
      });
    });

    it('also of the rounds from before the store went away, and no more of them than the store would keep', async () => {
      const world = new FakeWorld();
      for (let turn = 0; turn < 5; turn++) await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
      await probe(world, bad);
      world.storeDown = true;
      expect((await probe(world, bad)).asked).toMatchObject([{ action: 'probe', rounds: { length: 3 } }]);
    });

    it('once it answers again, it stores what was read meanwhile, and no rounds are passed on', async () => {
      const world = Object.assign(new FakeWorld(), { storeDown: true });
      await probe(world, bad);
      world.storeDown = false;
      expect((await probe(world, bad)).asked).toEqual([{ action: 'probe', id: 'probe-run-1' }]);
      expect(world.stored.probes).toHaveLength(2);
    });

    it('once it has stored them, goes by the store alone: rounds that are no longer there count for nothing', async () => {
      const world = new FakeWorld();
      await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
      world.stored = { ...world.stored, probes: [] };
      await probe(world, { 'tokyo-1': UP, 'tokyo-2': SILENT });
      expect(world.stored.probes).toHaveLength(1);
    });

    it('while it answers and takes nothing as well: the owner without a path loses the routes after the second round', async () => {
      const world = new FakeWorld();
      for (let turn = 0; turn < 3; turn++) await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
      world.makeStoreReadOnly();
      expect((await probe(world, bad)).asked).toEqual([REHEARSE]);
      const [request] = (await probe(world, bad)).asked;
      const asked = readDirectRequest(JSON.parse(JSON.stringify(request)), SITE);
      if (!('trigger' in asked)) throw new Error('no trigger');
      expect(await swapRoutes(asked.trigger, world.tools())).toMatchObject({
        outcome: 'swapped',
        reason: 'ebgp-down-twice',
        lockBypassed: true,
      });
    });

    it('also of when the session between the routers was up last', async () => {
      const world = Object.assign(new FakeWorld(), { storeDown: true });
      for (const answers of [{ 'tokyo-1': UP, 'tokyo-2': UP }, {}, {}, {}]) {
        await probe(world, { 'tokyo-1': SILENT, 'tokyo-2': counted(ALONE), ...answers });
      }
      const kept = world.recent.rounds.map(({ pairUpAt }) => pairUpAt);
      expect(new Set(kept)).toEqual(new Set([world.now - 240_000]));
    });
  });
});
