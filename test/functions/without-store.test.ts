import { describe, expect, it } from 'vitest';
import type { BgpCounts } from '#failover/bgp-counts.ts';
import type { OperatorTrigger, Trigger } from '#failover/trigger.ts';
import { AnnouncedOutcomes } from '#functions/route-swap/announced-outcomes.ts';
import { planOnly } from '#functions/route-swap/plan-only.ts';
import { rehearse } from '#functions/route-swap/rehearse.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { ACTIVE_ENI, DOWN, NOW, REPORT, SITE, STANDBY_ENI, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const { active, standby } = SITE.routers;
const stopped = {
  instance: 'stopped',
  interface: 'attached',
  sourceDestCheck: false,
  statusChecks: 'unknown',
} as const;
/** The routers' answers over SSM. */
const saying = (bgp: BgpCounts) => ({
  readBgp: () => Promise.resolve({ kind: 'answered', output: JSON.stringify(bgp) } as const),
});
const withoutStore = () => Object.assign(new FakeWorld(), { storeDown: true });

/** The owner is stopped, and EC2 says so. */
function ownerStopped(world: FakeWorld): FakeWorld {
  world.ec2 = { ...world.ec2, 'tokyo-1': stopped };
  return world;
}

describe('without its store', () => {
  it('goes on when a second witness agrees, and says LockBypassed', async () => {
    const world = new FakeWorld();
    world.storeDown = true;
    world.ec2 = { ...world.ec2, 'tokyo-1': stopped };
    const result = await swapRoutes(REPORT, world.tools());
    expect(result).toMatchObject({ outcome: 'swapped', lockBypassed: true });
    expect(result.says).toContain('LockBypassed');
    expect(world.metrics).toContainEqual({ name: 'LockBypassed', value: 1 });
    expect([...world.targets.values()]).toEqual([STANDBY_ENI, STANDBY_ENI]);
  });

  it('refuses without a witness other than the reporter', async () => {
    const world = new FakeWorld();
    world.storeDown = true;
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'refused', reason: 'memory-unreachable' });
  });

  it('announces each reason once, however often the router retries', async () => {
    const world = new FakeWorld();
    world.storeDown = true;
    const ask = (id: string, change: object = {}) =>
      swapRoutes({ ...REPORT, id, at: world.now, ...change }, world.tools());
    for (let times = 0; times < 12; times++) await ask('report-1');
    await ask('report-1', { bgp: undefined });
    await ask('report-2');
    const reasons = world.announced.map(({ detail: { id, reason } }) => [id, reason]);
    expect(reasons).toEqual([
      ['report-1', 'memory-unreachable'],
      ['report-1', 'both-unfit'],
      ['report-2', 'memory-unreachable'],
    ]);
    expect(world.metrics.filter(({ name }) => name === 'FailoverRefused')).toHaveLength(3);
  });

  it('keeps a limited number of announced outcomes', () => {
    const told = new AnnouncedOutcomes();
    const refused = { outcome: 'refused', reason: 'memory-unreachable' } as const;
    for (let count = 0; count <= 1_000; count++) told.add(`report-${count}`, refused);
    expect([told.has('report-0', refused), told.has('report-1000', refused)]).toEqual([false, true]);
  });

  it('refuses in a pair that prefers safety, whatever witnesses there are', async () => {
    const world = new FakeWorld({ ...SITE, policy: { ...SITE.policy, prefer: 'safety' } });
    world.storeDown = true;
    world.ec2 = { ...world.ec2, 'tokyo-1': stopped };
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'refused', reason: 'memory-unreachable' });
  });
});

describe('without its store, for any trigger: EC2’s state is a second witness, and the standby is asked over SSM', () => {
  const event = { kind: 'ec2', id: 'event-1', instance: active.instance, state: 'stopped' } as const;
  const probe = { kind: 'probe', id: 'probe-1' } as const;

  it.each<[string, Trigger]>([
    ['a report', { ...REPORT, bgp: undefined }],
    ['an event', event],
    ['the probe', probe],
  ])('%s moves the routes', async (_, trigger) => {
    const world = ownerStopped(withoutStore());
    expect(await swapRoutes(trigger, world.tools(saying(UP)))).toMatchObject({
      outcome: 'swapped',
      reason: 'owner-not-running',
      lockBypassed: true,
    });
    expect([...world.targets.values()]).toEqual([STANDBY_ENI, STANDBY_ENI]);
  });

  it('the probe passes on its readings: no router is asked twice', async () => {
    const world = ownerStopped(withoutStore());
    const asked: string[] = [];
    const readBgp = ({ name }: { name: string }) => {
      asked.push(name);
      return Promise.resolve({ kind: 'silent', why: 'no answer' } as const);
    };
    const rounds = [world.round(world.now - 1_000, { 'tokyo-1': undefined, 'tokyo-2': UP })];
    expect((await swapRoutes({ ...probe, rounds }, world.tools({ readBgp }))).outcome).toBe('swapped');
    expect(asked).toEqual([]);
  });

  it('two rounds of the probe that find the owner cut off move the routes, too: the newer one is the witness', async () => {
    const world = withoutStore();
    const bad = { 'tokyo-1': DOWN, 'tokyo-2': UP };
    const rounds = [world.round(world.now - 60_000, bad), world.round(world.now - 1_000, bad)];
    expect(await swapRoutes({ ...probe, rounds }, world.tools())).toMatchObject({
      outcome: 'swapped',
      reason: 'ebgp-down-twice',
      lockBypassed: true,
    });
  });

  it('rounds that were read on another instance prove nothing of the one that is there now', async () => {
    const world = ownerStopped(withoutStore());
    world.ec2 = { ...world.ec2, 'tokyo-2': { ...world.ec2['tokyo-2'], attachedTo: 'i-0000000000000009a' } as never };
    const rounds = [world.round(world.now - 1_000, { 'tokyo-1': undefined, 'tokyo-2': UP })];
    expect(await swapRoutes({ ...probe, rounds }, world.tools())).toMatchObject({ reason: 'both-unfit' });
  });

  it('no route moves to a standby that does not answer', async () => {
    const world = ownerStopped(withoutStore());
    expect(await swapRoutes(event, world.tools())).toMatchObject({ outcome: 'refused', reason: 'both-unfit' });
    expect(world.replaced).toEqual([]);
  });
});

describe('a store that can be read and not written is one that does not answer', () => {
  const readOnly = () => {
    const world = new FakeWorld();
    world.makeStoreReadOnly();
    return world;
  };

  it('with a second witness: the routes move, and LockBypassed says how', async () => {
    const world = ownerStopped(readOnly());
    const result = await swapRoutes(REPORT, world.tools());
    expect(result).toMatchObject({ outcome: 'swapped', reason: 'owner-not-running', lockBypassed: true });
    expect(world.metrics).toContainEqual({ name: 'LockBypassed', value: 1 });
    expect(world.announced.map(({ type }) => type)).toEqual(['Failover Completed']);
  });

  it('without one: nothing moves, which is announced once, however often the router retries', async () => {
    const world = readOnly();
    for (let times = 0; times < 5; times++) {
      const result = await swapRoutes({ ...REPORT, at: world.now, confirmedAt: world.now }, world.tools());
      expect(result).toMatchObject({ outcome: 'refused', reason: 'memory-unreachable' });
      world.now += 6_000;
    }
    expect(world.announced.map(({ type }) => type)).toEqual(['Failover Refused']);
    expect(world.replaced).toEqual([]);
  });

  it('in a pair that prefers safety: nothing moves, whatever witnesses there are', async () => {
    const world = ownerStopped(new FakeWorld({ ...SITE, policy: { ...SITE.policy, prefer: 'safety' } }));
    world.makeStoreReadOnly();
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'refused', reason: 'memory-unreachable' });
  });

  it('what can still be read applies: a pause notes, a maintenance keeps the routes away', async () => {
    const paused = ownerStopped(readOnly());
    const pause = { since: NOW, until: NOW + 60_000, by: 'ann', reason: 'work' };
    paused.stored = { ...paused.stored, pause };
    expect(await swapRoutes(REPORT, paused.tools())).toMatchObject({ outcome: 'noted' });
    const serviced = ownerStopped(readOnly());
    serviced.stored = { ...serviced.stored, maintenance: { [STANDBY_ENI]: { since: NOW, by: 'ann', reason: 'disk' } } };
    expect(await swapRoutes(REPORT, serviced.tools())).toMatchObject({ outcome: 'refused' });
    expect([...paused.replaced, ...serviced.replaced]).toEqual([]);
  });

  it('to an operator, it is one that does not answer as well: an override of that rule moves the routes', async () => {
    const world = readOnly();
    const move = { kind: 'operator', id: 'm', act: 'switchover', to: 'tokyo-2', by: 'ann', reason: 'x' } as const;
    const refused = await swapRoutes({ ...move, overrides: [] }, world.tools(saying(UP)));
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'memory-unreachable' });
    const moved = await swapRoutes({ ...move, overrides: ['memory-unreachable'] }, world.tools(saying(UP)));
    expect(moved).toMatchObject({ outcome: 'swapped', lockBypassed: true });
  });

  it.each(['recordClaim', 'renew', 'release', 'recordAnswer', 'recordHistory', 'operatorOrders'] as const)(
    'while all but `%s` work, nothing is bypassed and the routes move',
    async (call) => {
      const world = new FakeWorld();
      world.deniedCalls = new Set([call]);
      expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'swapped', lockBypassed: false });
      expect(world.announced.map(({ type }) => type)).toEqual(['Failover Completed']);
    },
  );
});

describe('the answer to `begin` gets lost', () => {
  it('once: the run finds its own journal and goes on', async () => {
    const world = new FakeWorld();
    world.lostAnswers = ['begin'];
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'swapped', lockBypassed: false });
    expect([world.journals.length, world.stored.unfinished]).toEqual([1, undefined]);
  });

  it('twice, with a second witness: the swap goes on without it, counts once, and leaves no lease behind', async () => {
    const world = ownerStopped(new FakeWorld());
    world.lostAnswers = ['begin', 'begin'];
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'swapped', lockBypassed: true });
    expect([world.stored.unfinished, world.stored.leasedUntil]).toEqual([undefined, world.now]);
    await rehearse(world.tools());
    expect(world.stored.automaticSwaps).toHaveLength(1);
  });

  it('twice, and some routes did not move: the next trigger finds in the journal that they are left', async () => {
    const world = ownerStopped(new FakeWorld());
    world.lostAnswers = ['begin', 'begin'];
    world.faults = [{ code: 'InvalidX', message: 'no', kind: 'final' }];
    expect(await swapRoutes(REPORT, world.tools())).toMatchObject({ outcome: 'partial', lockBypassed: true });
    expect(world.stored.unfinished).toMatchObject({ to: STANDBY_ENI, remaining: { count: 1 } });
  });

  it('counts once also where the routers had to be asked in between', async () => {
    const world = ownerStopped(new FakeWorld());
    world.hasSaid('tokyo-2', NOW, UP);
    world.lostAnswers = ['begin', 'begin'];
    const { readBgp } = saying(UP);
    const slow = () => {
      world.now += 11_000;
      return readBgp();
    };
    const { store, ...tools } = world.tools({ readBgp: slow });
    const begin = async (...args: Parameters<typeof store.begin>) => {
      try {
        return await store.begin(...args);
      } finally {
        // What the standby said is too old now.
        world.now = NOW + 10_500;
      }
    };
    const event = { kind: 'ec2', id: 'event-1', instance: active.instance, state: 'stopped' } as const;
    const result = await swapRoutes(event, { ...tools, store: { ...store, begin }, deadline: NOW + 60_000 });
    expect(result).toMatchObject({ outcome: 'swapped', lockBypassed: true });
    await rehearse(world.tools());
    expect(world.stored.automaticSwaps).toHaveLength(1);
  });

  it('twice, without a second witness: refused, and the same report moves the routes a second later', async () => {
    const world = new FakeWorld();
    world.lostAnswers = ['begin', 'begin'];
    const first = await swapRoutes(REPORT, world.tools());
    expect(first).toMatchObject({ outcome: 'refused', reason: 'memory-unreachable' });
    world.now += 1_000;
    const again = await swapRoutes({ ...REPORT, at: world.now }, world.tools({ run: 'run-2' }));
    expect(again).toMatchObject({ outcome: 'swapped', reason: 'finish-swap', lockBypassed: false });
    expect(world.stored.automaticSwaps).toHaveLength(1);
  });
});

describe('swaps that were made without the store', () => {
  const bypass = async () => {
    const world = ownerStopped(new FakeWorld());
    world.makeStoreReadOnly();
    await swapRoutes(REPORT, world.tools());
    return world;
  };
  /** The new owner is reported in turn, and has nothing to say for itself. */
  const back = (world: FakeWorld) => {
    world.ec2 = new FakeWorld().ec2;
    world.now += 60_000;
    const noticed = { at: world.now, detectedAt: world.now, noticedAt: world.now };
    const reporter = { reporter: active.name, subject: standby.name, instance: active.instance };
    return swapRoutes({ ...REPORT, id: 'report-2', ...reporter, ...noticed }, world.tools({ run: 'run-2' }));
  };

  it('count for hold-down at once where they were made', async () => {
    const world = await bypass();
    world.deniedCalls = new Set();
    expect(await back(world)).toMatchObject({ outcome: 'refused', reason: 'hold-down' });
  });

  it('and in all environments once the store accepts them, which the rehearsal of each minute tries', async () => {
    const world = await bypass();
    await rehearse(world.tools());
    expect(world.stored.automaticSwaps).toEqual([]);
    world.deniedCalls = new Set();
    await rehearse(world.tools());
    await rehearse(world.tools());
    expect(world.stored.automaticSwaps).toHaveLength(1);
    const elsewhere = new FakeWorld();
    Object.assign(elsewhere, { now: world.now, stored: world.stored, targets: world.targets });
    expect(await back(elsewhere)).toMatchObject({ outcome: 'refused', reason: 'hold-down' });
  });

  /** Routes moved to tokyo-2 with a journal; then, without the store, back to tokyo-1, because tokyo-2 is stopped. */
  const thereAndBack = async (atFirst: (world: FakeWorld) => void = () => undefined) => {
    const world = new FakeWorld();
    atFirst(world);
    await swapRoutes(REPORT, world.tools({ run: 'run-1' }));
    world.now += 60_000;
    world.makeStoreReadOnly();
    world.ec2 = { ...new FakeWorld().ec2, 'tokyo-2': stopped };
    world.hasSaid('tokyo-1', world.now, UP);
    const event = { kind: 'ec2', id: 'event-2', instance: standby.instance, state: 'stopped' } as const;
    const result = await swapRoutes(event, world.tools({ run: 'run-2' }));
    expect(result).toMatchObject({ outcome: 'swapped', owner: 'tokyo-1', lockBypassed: true });
    world.ec2 = new FakeWorld().ec2;
    world.deniedCalls = new Set();
    return world;
  };
  /** The same in an environment of the function that made none of these swaps. */
  const elsewhere = (world: FakeWorld) => {
    const { now, stored, targets, journals } = world;
    return Object.assign(new FakeWorld(), { now, stored, targets, journals });
  };
  const accused = (world: FakeWorld) => {
    world.now += 60_000;
    const noticed = { at: world.now, detectedAt: world.now, noticedAt: world.now };
    return swapRoutes({ ...REPORT, id: 'report-3', ...noticed }, world.tools({ run: 'run-3' }));
  };

  it('count once with the swap of the same failover that has a journal: a later failure is not one too many', async () => {
    const world = new FakeWorld({ ...SITE, policy: { ...SITE.policy, holdDownMs: 60_000, maxSwapsPerHour: 2 } });
    await swapRoutes(REPORT, world.tools({ run: 'run-1' }));
    // EC2's event about the same death: it still sees the routes where they were, and its store does not answer.
    world.now += 2_000;
    for (const route of world.targets.keys()) world.targets.set(route, ACTIVE_ENI);
    ownerStopped(world).storeDown = true;
    const event = { kind: 'ec2', id: 'event-1', instance: active.instance, state: 'stopped' } as const;
    expect(await swapRoutes(event, world.tools(saying(UP)))).toMatchObject({ lockBypassed: true });
    world.storeDown = false;
    await rehearse(world.tools());
    expect(world.stored.automaticSwaps).toHaveLength(1);
  });

  it('count for nothing where the time was over before the first call: no later swap repairs them', async () => {
    const world = ownerStopped(withoutStore());
    const event = { kind: 'ec2', id: 'event-1', instance: active.instance, state: 'stopped' } as const;
    const late = world.tools({ ...saying(UP), deadline: world.now - 1 });
    expect(await swapRoutes(event, late)).toMatchObject({ outcome: 'partial', lockBypassed: true });
    expect(world.replaced).toEqual([]);
    world.storeDown = false;
    world.deniedCalls = new Set();
    await rehearse(world.tools());
    expect(world.stored).toMatchObject({ automaticSwaps: [] });
    expect(world.stored.lastTarget).toBeUndefined();
  });

  it('are the last ones: what a report undoes of them is no repair of an earlier swap', async () => {
    const world = await thereAndBack();
    expect(await accused(world)).toMatchObject({ outcome: 'refused', reason: 'hold-down' });
    await rehearse(world.tools());
    expect(await accused(elsewhere(world))).toMatchObject({ outcome: 'refused', reason: 'hold-down' });
  });

  it('are the last ones, too, where the environment that made them is not used again: the routes show them', async () => {
    const world = elsewhere(await thereAndBack());
    expect(world.stored.lastTarget).toBe(STANDBY_ENI);
    expect(await accused(world)).toMatchObject({ outcome: 'refused', reason: 'hold-down' });
    world.now += SITE.policy.holdDownMs;
    world.hasSaid('tokyo-2', world.now, UP);
    expect(await accused(world)).toMatchObject({ outcome: 'swapped', owner: 'tokyo-2' });
    expect(world.stored.automaticSwaps).toHaveLength(2);
  });

  it.each<[string, (world: FakeWorld) => void]>([
    ['stopped midway', (world) => (world.faults = [{ code: 'InvalidX', message: 'no', kind: 'final' }])],
    ['was not recorded as finished', (world) => (world.deniedCalls = new Set(['release']))],
  ])('are the last ones: an earlier swap that %s is not carried out after them', async (_, trouble) => {
    const world = await thereAndBack(trouble);
    const asked = async (here: FakeWorld) => {
      here.hasSaid('tokyo-2', here.now, UP);
      return swapRoutes({ kind: 'probe', id: `probe-${here.now}` }, here.tools({ run: 'run-3' }));
    };
    world.now += 20_000;
    expect(await asked(world)).toMatchObject({ outcome: 'noted', owner: 'tokyo-1' });
    expect(await asked(elsewhere(world))).toMatchObject({ outcome: 'noted', owner: 'tokyo-1' });
  });

  it('are not written by a run that finds that the store still takes nothing: that has cost it enough time', async () => {
    const world = await bypass();
    world.now += 600_000;
    expect(await back(world)).toMatchObject({ outcome: 'refused', reason: 'memory-unreachable' });
    expect(world.logged.filter(({ message }) => message.includes('could not be counted yet'))).toEqual([]);
  });

  it('are counted by the next trigger already, whichever comes first', async () => {
    const world = await bypass();
    world.deniedCalls = new Set();
    await swapRoutes({ kind: 'probe', id: 'probe-1' }, world.tools({ run: 'run-2' }));
    expect(world.stored.automaticSwaps).toHaveLength(1);
  });

  it('but hold back no certain failure of the new owner', async () => {
    const world = await bypass();
    world.deniedCalls = new Set();
    world.ec2 = { ...new FakeWorld().ec2, 'tokyo-2': stopped };
    world.stored = { ...world.stored, probes: [world.round(world.now, { 'tokyo-1': UP, 'tokyo-2': undefined })] };
    const event = { kind: 'ec2', id: 'event-2', instance: standby.instance, state: 'stopped' } as const;
    const result = await swapRoutes(event, world.tools({ run: 'run-2' }));
    expect(result).toMatchObject({ outcome: 'swapped', reason: 'owner-not-running', owner: 'tokyo-1' });
    expect(result.says).toContain('Automatic swap 2 of the last hour.');
    expect([...world.targets.values()]).toEqual([ACTIVE_ENI, ACTIVE_ENI]);
  });
});

describe('an operator whose site’s store does not answer', () => {
  const asks = (overrides: OperatorTrigger['overrides']): OperatorTrigger => ({
    kind: 'operator',
    id: 'move-1',
    act: 'switchover',
    to: 'tokyo-2',
    by: 'ann',
    reason: 'outage',
    overrides,
  });

  it('moves the routes by the name of that rule: the routers themselves say that they are fit', async () => {
    const site = withoutStore();
    const result = await swapRoutes(asks(['memory-unreachable']), site.tools(saying(UP)));
    expect(result).toMatchObject({ outcome: 'swapped', reason: 'switchover', lockBypassed: true });
    expect([...site.targets.values()]).toEqual([STANDBY_ENI, STANDBY_ENI]);
  });

  it('is otherwise given the name of the override, in a dry run as well', async () => {
    const site = withoutStore();
    const says = /override "memory-unreachable"/;
    expect((await swapRoutes(asks([]), site.tools(saying(UP)))).says).toMatch(says);
    expect((await planOnly(asks([]), site.tools(saying(UP)))).decision.says).toMatch(says);
    expect(site.replaced).toEqual([]);
  });

  it.each([
    ['says that it has no session', saying(DOWN), 'none of its 1 eBGP sessions is Established'],
    ['does not answer either', {}, 'nothing is known of its eBGP sessions'],
  ])('moves nothing to a router that %s', async (_, tools, why) => {
    const site = withoutStore();
    const result = await swapRoutes(asks(['memory-unreachable']), site.tools(tools));
    expect(result).toMatchObject({ outcome: 'refused', reason: 'both-unfit' });
    expect(result.says).toContain(why);
    expect(site.replaced).toEqual([]);
  });
});
