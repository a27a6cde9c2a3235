import { describe, expect, it } from 'vitest';
import type { Ec2Facts } from '#aws/routers.ts';
import type { CommandEnd } from '#aws/run-command.ts';
import { METRICS_EVERY_ROUND } from '#cli/cost/assumptions.ts';
import { fitnessOf } from '#failover/fitness.ts';
import { type ManagedRoute, routeName } from '#failover/site.ts';
import type { ProbePorts } from '#functions/health-probe/ports.ts';
import { probeSite } from '#functions/health-probe/probe-site.ts';
import { observe } from '#functions/observe.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
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
import { counted, DOWN, probe, REHEARSE, SILENT, UP } from './probe-rounds.ts';

describe('a round of the probe', () => {
  it('finds a healthy site healthy, stores the round, and counts it', async () => {
    const world = new FakeWorld();
    const { asked, result } = await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    expect(result.decision.kind).toBe('hold');
    expect(asked).toEqual([REHEARSE]);
    expect(world.stored.probes).toMatchObject([{ readings: { [ACTIVE_ENI]: readOn(SITE.routers.active, PATH) } }]);
    expect(world.metrics).toContainEqual({ name: 'RoutesAtActive', value: 100 });
    // Others cost nothing while nothing is wrong.
    const { site, router } = METRICS_EVERY_ROUND;
    expect(world.metrics.map(({ name }) => name).toSorted()).toEqual([...site, ...router, ...router].toSorted());
  });

  it('counts routes that are at neither router for neither', async () => {
    const world = new FakeWorld();
    for (const route of world.targets.keys()) world.targets.set(route, 'igw-00000000000000001');
    await probe(world, { 'tokyo-1': UP, 'tokyo-2': UP });
    expect(world.metrics).toContainEqual({ name: 'RoutesAtActive', value: 0 });
    expect(world.metrics.map(({ name }) => name)).not.toContain('RoutesAtStandby');
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
});
