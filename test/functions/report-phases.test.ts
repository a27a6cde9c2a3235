import { describe, expect, it } from 'vitest';
import { PREPARED_FOR_MS } from '#failover/limits.ts';
import type { StoredState } from '#failover/stored-state.ts';
import { answerReport } from '#functions/route-swap/answer-report.ts';
import type { SwapPorts } from '#functions/route-swap/ports.ts';
import { PreparedObservations } from '#functions/route-swap/prepared-observations.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { ACTIVE_ENI, NOW, SITE, STANDBY_ENI, UP } from '../failover/situation.ts';
import { type Report, reportEvent } from '../world/report-event.ts';
import { SiteWorld } from '../world/site-world.ts';
import { FakeWorld } from './fakes.ts';

const UP_LIFE = { bgp: 'up', agent: true, api: true } as const;
const LIVES = { 'tokyo-1': UP_LIFE, 'tokyo-2': UP_LIFE, 'virginia-1': UP_LIFE };
const ID = 'outage-1';

/** Sends the standby's report about the active. `body` replaces parts of the message. */
async function send(world: FakeWorld, report: Partial<Report>, body: object = {}, ports: Partial<SwapPorts> = {}) {
  const event = reportEvent({ id: ID, at: world.now, detector: 'bfd', event: 'peer-failed', ...report }, SITE, LIVES);
  const message = { ...(JSON.parse(event.body ?? '') as object), ...body };
  const tools = { ...world.tools(), run: `run-${world.journals.length + 1}`, ...ports };
  const { statusCode, body: answer = '' } = await answerReport({ ...event, body: JSON.stringify(message) }, tools);
  return { status: statusCode, ...(JSON.parse(answer) as { outcome: string; reason: string; says: string }) };
}

const suspect = (world: FakeWorld) => send(world, { phase: 'suspected', event: 'peer-suspected' });
const withdraw = (world: FakeWorld) => send(world, { phase: 'withdrawn', event: 'peer-suspected' });
/** 300 ms after the suspected report. */
function confirm(world: FakeWorld, ports: Partial<SwapPorts> = {}) {
  const detectedAt = world.now;
  world.now += 300;
  return send(world, { phase: 'confirmed', detectedAt }, {}, ports);
}

function expectUntouched(world: FakeWorld): void {
  expect(world).toMatchObject({ replaced: [], journals: [], history: [], announced: [], answers: {}, evidence: {} });
}

/** Calls to AWS of the run that the history has last, up to its first ReplaceRoute. */
function callsBeforeReplace(world: FakeWorld): string[] {
  const calls = world.detailed.at(-1)?.detail.calls.map(({ name, purpose = '' }) => `${name} ${purpose}`.trim()) ?? [];
  return calls.slice(0, calls.indexOf('ec2:ReplaceRoute'));
}

const CLAIM = "dynamodb:PutItem records the reporter's claim";
const BEGIN = 'dynamodb:PutItem takes the lease and writes the journal';
const READ = 'dynamodb:Query reads the stored state';
const WITHDRAW = 'dynamodb:PutItem withdraws a swap that was not decided';
const OBSERVE = [
  'ec2:DescribeRouteTables',
  'ec2:DescribeNetworkInterfaces with ec2:DescribeInstanceStatus, describes the routers',
];
const AS_ANY_REPORT = [CLAIM, ...OBSERVE, READ, BEGIN];

describe('a suspected report', () => {
  it('moves, records and announces nothing, and says what would be decided', async () => {
    const world = new FakeWorld();
    const answer = await suspect(world);
    expect(answer).toMatchObject({ status: 200, outcome: 'noted', reason: 'prepared' });
    expect(answer.says).toContain('If the report were confirmed now: tokyo-2 reports that tokyo-1 failed (bfd)');
    expectUntouched(world);
  });

  it('leaves nothing once it is withdrawn: the next confirmed report observes the site itself', async () => {
    const world = new FakeWorld();
    await suspect(world);
    expect(await withdraw(world)).toMatchObject({ status: 200, outcome: 'noted', reason: 'withdrawn' });
    expectUntouched(world);
    await confirm(world);
    expect(callsBeforeReplace(world)).toEqual(AS_ANY_REPORT);
  });

  it('is no claim of its reporter, and no accusation that another trigger could act on', async () => {
    const world = new FakeWorld();
    await suspect(world);
    expect(await swapRoutes({ kind: 'probe', id: 'probe-1' }, world.tools())).toMatchObject({ outcome: 'noted' });
    expect(world.evidence).toEqual({});
    expect(world.replaced).toEqual([]);
  });

  it('holds up no other trigger', async () => {
    const world = new FakeWorld();
    world.hasSaid('tokyo-2', NOW, UP);
    await suspect(world);
    world.ec2 = { ...world.ec2, 'tokyo-1': { ...world.ec2['tokyo-1'], instance: 'stopped' } as never };
    const stopped = { kind: 'ec2', id: 'event-1', instance: SITE.routers.active.instance, state: 'stopped' } as const;
    expect(await swapRoutes(stopped, world.tools({ run: 'run-9' }))).toMatchObject({ outcome: 'swapped' });
    expect(await confirm(world)).toMatchObject({ outcome: 'already' });
    expect(world.journals).toHaveLength(1);
  });

  it('with a wrong clock is refused, so that the router corrects its clock before it confirms', async () => {
    const world = new FakeWorld();
    const stale = { at: new Date(NOW - 60_000).toISOString() };
    const answer = await send(world, { phase: 'suspected', event: 'peer-suspected' }, stale);
    expect(answer).toMatchObject({ status: 409, reason: 'report-stale' });
  });

  it('is answered even if EC2 does not answer, and the confirmed report does not depend on it', async () => {
    const world = new FakeWorld();
    const silent = { describeRoutes: () => Promise.reject(new Error('connect ETIMEDOUT')) };
    const suspected = await send(world, { phase: 'suspected', event: 'peer-suspected' }, {}, silent);
    expect(suspected).toMatchObject({ status: 503, outcome: 'partial', reason: 'not-seen' });
    expect(world.metrics).toEqual([]);
    expect(await confirm(world)).toMatchObject({ outcome: 'swapped' });
  });
});

describe('a confirmed report', () => {
  it('that is prepared calls the store once, in parallel, and then ReplaceRoute', async () => {
    const world = new FakeWorld();
    await suspect(world);
    expect(await confirm(world)).toMatchObject({ status: 200, outcome: 'swapped', reason: 'reported-by-survivor' });
    expect(callsBeforeReplace(world)).toEqual([BEGIN, READ, CLAIM]);
    const { calls = [] } = world.detailed.at(-1)?.detail ?? {};
    expect(calls.find(({ name }) => name === 'ec2:ReplaceRoute')?.startMs).toBe(0);
    expect(world.stored).toMatchObject({ epoch: 1, unfinished: undefined, tentative: undefined });
    expect(world.stored.automaticSwaps).toHaveLength(1);
  });

  it('is acted on once', async () => {
    const world = new FakeWorld();
    await suspect(world);
    await confirm(world);
    await suspect(world);
    expect(await confirm(world)).toMatchObject({ status: 409, reason: 'replayed' });
    expect(world.journals).toHaveLength(1);
    expect(world.stored).toMatchObject({ epoch: 1, automaticSwaps: [NOW + 300] });
  });

  it.each<[string, (world: FakeWorld) => unknown]>([
    ['was never prepared', (world) => (world.prepared = new PreparedObservations())],
    ['reaches another environment', (world) => (world.prepared = new PreparedObservations())],
    ['arrives later than what was prepared is used', (world) => (world.now += PREPARED_FOR_MS)],
    ['has another id', (world) => withdraw(world)],
    [
      'was prepared while the store did not answer',
      async (world) => {
        world.prepared = new PreparedObservations();
        world.storeDown = true;
        await suspect(world);
        world.storeDown = false;
      },
    ],
  ])('that %s is handled as a report without a phase', async (_, change) => {
    const world = new FakeWorld();
    await suspect(world);
    await change(world);
    expect(await confirm(world)).toMatchObject({ status: 200, outcome: 'swapped' });
    expect(callsBeforeReplace(world)).toEqual(AS_ANY_REPORT);
  });

  it('uses nothing that another instance, or the other router, has prepared', async () => {
    const world = new FakeWorld();
    await send(world, { phase: 'suspected', event: 'peer-suspected', by: 'tokyo-1' });
    await confirm(world);
    expect(callsBeforeReplace(world)).toEqual(AS_ANY_REPORT);
  });
});

describe('whatever is learned between the two phases counts, and a swap that does not stand leaves nothing', () => {
  const pause = { since: NOW, until: NOW + 60_000, by: 'ann', reason: 'work' };
  const set = (world: FakeWorld, change: Partial<StoredState>) => {
    world.stored = { ...world.stored, ...change };
  };
  const learned: [string, (world: FakeWorld) => unknown, object][] = [
    [
      'the owner claims a path',
      (world) => world.hasSaid('tokyo-1', world.now + 200, UP),
      { outcome: 'refused', reason: 'owner-healthy' },
    ],
    ['an operator pauses the site', (world) => set(world, { pause }), { outcome: 'noted' }],
    [
      'an operator takes the target into maintenance',
      (world) => set(world, { maintenance: { [STANDBY_ENI]: { since: NOW, by: 'ann', reason: 'disk' } } }),
      { outcome: 'refused', reason: 'both-unfit' },
    ],
    [
      'an automatic swap without a journal is counted',
      (world) => set(world, { automaticSwaps: [NOW - 1_000] }),
      { outcome: 'refused', reason: 'hold-down' },
    ],
    [
      'another run takes the lease',
      (world) => set(world, { epoch: 1, leasedUntil: NOW + 9_000, lastTarget: ACTIVE_ENI }),
      { outcome: 'refused', reason: 'lease-held' },
    ],
    [
      'another run answers the same report',
      (world) => {
        set(world, { epoch: 1, leasedUntil: NOW + 200, lastTarget: STANDBY_ENI });
        world.answers[ID] = { outcome: 'swapped', reason: 'reported-by-survivor', says: 'Moved.', at: NOW + 200 };
      },
      { outcome: 'refused', reason: 'replayed' },
    ],
  ];

  it.each(learned)('%s', async (_, learn, expected) => {
    const world = new FakeWorld();
    await suspect(world);
    await learn(world);
    const { epoch, leasedUntil, automaticSwaps, lastTarget } = world.stored;
    expect(await confirm(world)).toMatchObject(expected);
    expect(world.replaced).toEqual([]);
    const { tentative, ...left } = world.stored;
    expect(left).toMatchObject({ epoch, leasedUntil, automaticSwaps, lastTarget, unfinished: undefined });
    expect(tentative).toBeUndefined();
  });

  // The lease is written at the same time as the store is read, so what is learned during the write counts too.
  it.each(learned.slice(0, 4))('while the journal is written: %s', async (_, learn, expected) => {
    const world = new FakeWorld();
    await suspect(world);
    const { store } = world.tools();
    const beginTentatively: typeof store.beginTentatively = async (...args) => {
      await learn(world);
      return store.beginTentatively(...args);
    };
    const answer = await confirm(world, { store: { ...store, beginTentatively } });
    expect(answer).toMatchObject(expected);
    expect(world.replaced).toEqual([]);
    expect(world.stored.tentative).toBeUndefined();
  });

  it('is withdrawn by one write, at once: the site is observed again without its lease', async () => {
    const world = new FakeWorld();
    await suspect(world);
    set(world, { pause });
    await confirm(world);
    const calls = world.detailed.at(-1)?.detail.calls.map(({ name, purpose = '' }) => `${name} ${purpose}`.trim());
    expect(calls).toEqual([BEGIN, READ, WITHDRAW, CLAIM, ...OBSERVE, READ]);
    expect(world.withdrawn).toEqual([1]);
    expect(world.history).toMatchObject([{ outcome: 'noted', epoch: 0, moved: 0 }]);
  });

  it('that cannot be withdrawn holds the lease to its end, and no later run finishes it', async () => {
    const world = new FakeWorld();
    await suspect(world);
    world.hasSaid('tokyo-1', world.now + 200, UP);
    world.deniedCalls = new Set(['withdraw']);
    expect(await confirm(world)).toMatchObject({ outcome: 'refused' });
    world.deniedCalls = new Set();
    world.now = world.stored.leasedUntil ?? NOW;
    const probe = { kind: 'probe', id: 'probe-1' } as const;
    expect(await swapRoutes(probe, world.tools({ run: 'run-9' }))).toMatchObject({ outcome: 'noted' });
    expect(world.replaced).toEqual([]);
  });
});

it('EC2’s facts that were read less than 10 s after the last lease may be older than its swap, and are read again', async () => {
  const world = new FakeWorld();
  const stale = await world.tools().describeRoutes(SITE.routes);
  // All routes have moved to tokyo-2, and the run ended before it recorded that.
  for (const { table, destination } of SITE.routes) world.targets.set(`${table} ${destination}`, STANDBY_ENI);
  const unfinished = { epoch: 1, to: STANDBY_ENI, reason: 'reported-by-survivor' };
  world.stored = { ...world.stored, epoch: 1, lastTarget: STANDBY_ENI, unfinished, leasedUntil: NOW - 8_000 };
  const from = { by: 'tokyo-1', about: 'tokyo-2' } as const;
  const describeRoutes = () => Promise.resolve(stale);
  await send(world, { ...from, phase: 'suspected', event: 'peer-suspected' }, {}, { describeRoutes });
  world.now += 3_000;
  const report = { ...from, phase: 'confirmed', detectedAt: world.now - 300 } as const;
  expect(await send(world, report)).toMatchObject({ outcome: 'swapped', reason: 'reported-by-survivor' });
  expect([...new Set(world.targets.values())]).toEqual([ACTIVE_ENI]);
});

describe('a store that fails during the confirmation', () => {
  it('loses the answer to the begin: the run finds its own journal', async () => {
    const world = new FakeWorld();
    await suspect(world);
    world.lostAnswers = ['beginTentatively'];
    expect(await confirm(world)).toMatchObject({ outcome: 'swapped' });
    expect(world.journals).toHaveLength(1);
    expect(world.stored).toMatchObject({ epoch: 1, unfinished: undefined });
  });

  it('takes no write: the rules decide without the store, as for any report', async () => {
    const world = new FakeWorld();
    await suspect(world);
    world.makeStoreReadOnly();
    expect(await confirm(world)).toMatchObject({ outcome: 'refused', reason: 'memory-unreachable' });
    expect(world.replaced).toEqual([]);
  });

  it('answers nothing: the same, and the write is not repeated, because each silent call costs 2 s', async () => {
    const world = new FakeWorld();
    await suspect(world);
    world.storeDown = true;
    expect(await confirm(world)).toMatchObject({ outcome: 'refused', reason: 'memory-unreachable' });
    expect(world.replaced).toEqual([]);
    expect(world.logged.filter(({ message }) => message.includes('could not be written down'))).toHaveLength(1);
  });

  it('answers no read, and takes the journal: that is withdrawn', async () => {
    const world = new FakeWorld();
    await suspect(world);
    world.deniedCalls = new Set(['read']);
    expect(await confirm(world)).toMatchObject({ outcome: 'refused', reason: 'memory-unreachable' });
    expect(world.withdrawn).toEqual([1]);
    expect(world.stored).toMatchObject({ epoch: 0, leasedUntil: undefined, automaticSwaps: [] });
  });

  const silent = () => Promise.reject(new Error('connect ETIMEDOUT'));

  it('answers nothing for 2 s, and has taken the journal: the run is not refused for its own lease', async () => {
    const world = new FakeWorld();
    await suspect(world);
    const { store } = world.tools();
    const reads = [silent];
    const silentAtFirst: typeof store = {
      ...store,
      beginTentatively: async (...args) => {
        await store.beginTentatively(...args);
        world.now += 2_000;
        return silent();
      },
      read: (id) => (reads.shift() ?? (() => store.read(id)))(),
    };
    expect(await confirm(world, { store: silentAtFirst })).toMatchObject({ outcome: 'swapped' });
    expect(world.stored).toMatchObject({ unfinished: undefined, tentative: undefined });
    expect(world.stored.automaticSwaps).toHaveLength(1);
  });

  it('takes neither read nor withdrawal at first: the run withdraws its swap again before it decides', async () => {
    const world = new FakeWorld();
    await suspect(world);
    const { store } = world.tools();
    const [reads, withdrawals] = [[silent], [silent]];
    const silentAtFirst: typeof store = {
      ...store,
      withdraw: (...args) => (withdrawals.shift() ?? (() => store.withdraw(...args)))(),
      read: (id) => (reads.shift() ?? (() => store.read(id)))(),
    };
    expect(await confirm(world, { store: silentAtFirst })).toMatchObject({ outcome: 'swapped' });
    expect(world.stored.automaticSwaps).toHaveLength(1);
  });
});

it('a confirmed report makes no more calls of the store at once than its suspected one, whose connections it takes', async () => {
  const world = await SiteWorld.start();
  const calls = async (phase: 'suspected' | 'confirmed') => {
    const event = phase === 'suspected' ? 'peer-suspected' : 'peer-failed';
    const run = world.report({ id: ID, detector: 'bfd', event, phase });
    await world.ended(run);
    const end = run.calls.findIndex((call) => call.startsWith('ec2 ReplaceRoute'));
    return run.calls.slice(0, end === -1 ? undefined : end);
  };
  // The claim goes out once the others are answered.
  const stored = (made: string[]) =>
    made.filter((call) => call.startsWith('dynamodb') && !call.includes('statement#')).length;
  const suspected = await calls('suspected');
  const confirmed = await calls('confirmed');
  expect(suspected.filter((call) => /PutItem|UpdateItem|DeleteItem|ReplaceRoute/.test(call))).toEqual([]);
  expect(confirmed.filter((call) => call.startsWith('ec2'))).toEqual([]);
  expect(stored(confirmed)).toBeGreaterThan(0);
  expect(stored(suspected)).toBeGreaterThanOrEqual(stored(confirmed));
});

describe('a message with a phase', () => {
  it.each([
    ['phase suspected with the event of a failure', { phase: 'suspected' }],
    ['phase withdrawn with the event of a failure', { phase: 'withdrawn' }],
    ['phase confirmed with the event of a suspicion', { event: 'peer-suspected', phase: 'confirmed' }],
    ['the event of a suspicion without a phase', { event: 'peer-suspected' }],
    ['a heartbeat with a phase', { event: 'alive', subject: 'tokyo-2', phase: 'confirmed' }],
    ['an unknown phase', { phase: 'guessed' }],
  ])('is malformed: %s', async (_, body) => {
    const world = new FakeWorld();
    expect(await send(world, {}, body)).toMatchObject({ status: 400, reason: 'malformed-report' });
    expectUntouched(world);
  });

  it.each(['suspected', 'confirmed', 'withdrawn'] as const)(
    'is not for a witness of another site: %s',
    async (phase) => {
      const world = new FakeWorld();
      const event = phase === 'confirmed' ? 'peer-failed' : 'peer-suspected';
      const answer = await send(world, { by: 'virginia-1', about: 'tokyo-1', phase, event });
      expect(answer).toMatchObject({ status: 400, reason: 'phase-of-witness' });
      expect(world.stored.witnessReports).toEqual([]);
    },
  );

  it('is not for the peer’s own report about itself, nor for a caller who is not the reporter', async () => {
    const world = new FakeWorld();
    const stranger = { signedBy: 'i-0000000000000dead', phase: 'suspected', event: 'peer-suspected' } as const;
    expect(await send(world, stranger)).toMatchObject({ status: 403, reason: 'not-the-reporter' });
    await confirm(world);
    expect(callsBeforeReplace(world)).toEqual(AS_ANY_REPORT);
  });
});
