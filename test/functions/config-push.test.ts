import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandEnd } from '#aws/run-command.ts';
import type { PushOverride } from '#contracts/push-request.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { managedSite } from '#failover/site.ts';
import { answerRequest } from '#functions/config-push/answer-request.ts';
import { toPushPlan } from '#functions/config-push/plan/plan-answer.ts';
import type { PushPorts } from '#functions/config-push/ports.ts';
import { pushSite } from '#functions/config-push/push/push-site.ts';
import { LONGEST_PUSH_FILE, packPush } from '#functions/config-push/router/push-file.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { renderConfig } from '#vyos/render.ts';
import { example } from '../vyos/topologies.ts';
import { FakePushes, FakeRouter, planFile, pushTools, SILENT } from './fake-routers.ts';
import { FakeWorld } from './fakes.ts';

const FILE = readFileSync('examples/tokyo-virginia.yaml', 'utf8');
const CHANGED = FILE.replace('frontSubnets: [10.1.0.0/20]', 'frontSubnets: [10.1.0.0/20, 10.1.16.0/20]');
const topology = example('tokyo-virginia');
const NEW = '10.1.16.0/20';
const BOOT = { id: 'boot-1', notAfter: 0 };

let world: FakeWorld;
let active: FakeRouter;
let standby: FakeRouter;
let pushes: FakePushes;
let runs: number;

beforeEach(() => {
  const tokyo = topology.sites.find(({ name }) => name === 'tokyo');
  if (tokyo === undefined) throw new Error('the example has lost Tokyo');
  world = new FakeWorld(managedSite(topology, tokyo, bgpNeighbors(topology)));
  active = new FakeRouter(asRunning('tokyo-1'));
  standby = new FakeRouter(asRunning('tokyo-2'));
  pushes = new FakePushes();
  runs = 0;
});

/** The names of secrets stand for their values, which the fake routers do not know. */
function asRunning(router: string): string[] {
  return renderConfig(topology, router).lines.map((line) => line.replace(/'\{\{ssm:.*\}\}'/, "'(not shown)'"));
}

function tools(change: Partial<PushPorts> = {}): PushPorts {
  runs += 1;
  return pushTools(world, { 'tokyo-1': active, 'tokyo-2': standby }, pushes, { run: `run-${runs}`, ...change });
}

async function plan(text = CHANGED, overrides: readonly PushOverride[] = []) {
  const found = await planFile(text, overrides, tools());
  if ('outcome' in found) throw new Error(found.says);
  return found;
}

async function push(
  overrides: PushOverride[] = [],
  change: Partial<PushPorts> = {},
  text = CHANGED,
): Promise<PushResult> {
  const { routers } = await plan(text, overrides);
  const digests = Object.fromEntries(routers.map(({ name, digest }) => [name, digest]));
  const request = { action: 'push', id: 'push-1', topology: text, by: 'ann', overrides, digests, hold: false } as const;
  const result = await pushSite(request, tools(change));
  if (result.outcome === 'wrong-topology') throw new Error(result.says);
  return result;
}

const isNew = ({ running }: FakeRouter) => running.join('\n').includes(NEW);
const news = () => [isNew(standby), isNew(active)];

describe('a push', () => {
  it('takes the router without the traffic first, the other one when asked again, and then has nothing to do', async () => {
    expect(await push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-2', remaining: ['tokyo-1'] });
    expect(news()).toEqual([true, false]);
    expect(await push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-1', remaining: [] });
    expect(await push()).toMatchObject({ outcome: 'unchanged', remaining: [] });
    expect(world.announced).toMatchObject([{ type: 'Config Pushed', detail: { routers: ['tokyo-2', 'tokyo-1'] } }]);
    expect(world.history.map(({ reason }) => reason)).toEqual(['config-pushed', 'config-pushed']);
    expect([active.pending, standby.pending, pushes.last?.leasedUntil]).toEqual([undefined, undefined, 0]);
  });

  it('goes by who has the routes now, not by who is called active', async () => {
    for (const route of world.targets.keys()) world.targets.set(route, world.site.routers.standby.eni);
    expect(await push()).toMatchObject({ router: 'tokyo-1', remaining: ['tokyo-2'] });
  });

  it('waits for BGP, and until it has stayed', async () => {
    const began = world.now;
    const downUntil = began + 20_000;
    standby.ebgp = () => [isNew(standby) && world.now < downUntil ? 0 : 1, 1];
    expect(await push()).toMatchObject({ outcome: 'pushed' });
    expect(world.now).toBeGreaterThanOrEqual(downUntil + 15_000);
  });

  it('does not believe a session that outlives its tunnel for a while', async () => {
    let seen = 0;
    standby.ebgp = () => [isNew(standby) && (seen += 1) > 3 ? 0 : 1, 1];
    expect(await push()).toMatchObject({ outcome: 'undone' });
    expect(news()).toEqual([false, false]);
  });

  it('asks for no session that was not there before, so that a new network can come up', async () => {
    standby.ebgp = () => [0, 1];
    active.ebgp = () => [0, 1];
    expect(await push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
    expect(await push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-1' });
  });

  it('leaves the router with the traffic alone while the other one could not take over', async () => {
    await push();
    standby.ebgp = () => [0, 1];
    expect(await push()).toMatchObject({
      outcome: 'refused',
      reason: 'peer-unfit',
      says: expect.stringContaining('tokyo-1 keeps its configuration: tokyo-2 is not proven fit') as unknown,
    });
    expect([news(), active.acts]).toEqual([[true, false], []]);
  });

  it('sets the keys of a router that it has never pushed to: whether they are the named ones is unknown', async () => {
    const keys = async () =>
      (await plan(FILE)).routers.map(({ commands }) => commands.filter((each) => each.includes('{{ssm:')).length);
    expect(await keys()).toEqual([1, 1]);
    await push([], {}, FILE);
    expect(await keys()).toEqual([0, 1]);
  });

  it('records what it pushed, so that the next change by hand is drift', async () => {
    await push();
    await push();
    active.running = active.running.filter((line) => !line.includes("'mtu'"));
    expect(await push()).toMatchObject({ outcome: 'refused', reason: 'drift', router: 'tokyo-1' });
    expect((await plan()).routers[1]?.drift.removed).toContain('set interfaces tunnel tun0 mtu 1414');
    expect(await push(['drift'])).toMatchObject({ outcome: 'pushed', router: 'tokyo-1' });
  });
});

describe('a push is refused, and no router is touched', () => {
  const swap = { epoch: 4, to: 'eni-0a1b2c3d4e5f60012', reason: 'owner-left' };
  it.each<[string, () => void, string, RegExp]>([
    [
      'while a swap is under way',
      () => remember({ epoch: 4, leasedUntil: world.now + 9_000 }),
      'lease-held',
      /swap 4 is under way/,
    ],
    [
      'while a swap is unfinished',
      () => remember({ unfinished: swap }),
      'swap-unfinished',
      /swap 4 to tokyo-2 is not finished/,
    ],
    [
      'in hold-down',
      () => remember({ automaticSwaps: [world.now - 100_000] }),
      'hold-down',
      /hold-down after a failover lasts another 200 s/,
    ],
    [
      'in a pause',
      () => remember({ pause: { since: 0, until: world.now + 9_000, by: 'bob', reason: 'game day' } }),
      'paused',
      /bob paused this site/,
    ],
    [
      'when the store does not answer a decision',
      () => void (world.storeDown = true),
      'memory-unreachable',
      /store does not answer/,
    ],
    [
      'when the routes are split',
      () => void world.targets.set([...world.targets.keys()][0] ?? '', world.site.routers.standby.eni),
      'owner-unknown',
      /routes are split/,
    ],
    [
      'when a router is silent',
      () => void (active.answers.show = [SILENT, SILENT]),
      'silent',
      /the configuration of tokyo-1 could not be read: no answer/,
    ],
    [
      'when a router has no agent',
      () => {
        active.answers.show = [SILENT, SILENT];
        active.agent = { instance: 'i-0000000000000001a', kind: 'none' };
      },
      'silent',
      /the configuration of tokyo-1 could not be read: no agent: Systems Manager knows no SSM agent on i-\w+; .* \(no answer/,
    ],
    [
      'when its agent runs no push',
      () =>
        void (standby.agent = {
          instance: 'i-0000000000000002a',
          kind: 'online',
          version: '3.3.987.0',
          lastPingAt: 0,
        }),
      'old-agent',
      /tokyo-2: the SSM agent on i-\w+ is 3\.3\.987\.0, and it takes 3\.3\.2746\.0 or later/,
    ],
    [
      'when its answer is cut off',
      () => void (active.answers.show = Array<CommandEnd>(2).fill({ kind: 'answered', output: '{"version":' })),
      'silent',
      /its answer cannot be read/,
    ],
    ['on a version that we do not speak', () => void (standby.version = '2.0'), 'version', /tokyo-2 runs VyOS "2.0"/],
    [
      'when its version cannot be read',
      () => void (standby.version = ''),
      'version',
      /the VyOS release of tokyo-2 could not be read .* show version on the router/,
    ],
    [
      'when its VyOS has nothing of what the profile needs',
      () => void (standby.version = '1.1.8'),
      'version',
      /it runs VyOS 1\.1\.8: tokyo-2: profile fast needs BFD and AES-GCM, .*; use profile original/,
    ],
    [
      'when BGP cannot be read before',
      () => void (standby.answers.bgp = [SILENT, SILENT, SILENT, SILENT]),
      'silent',
      /did not report its BGP/,
    ],
  ])('%s', async (_, arrange, reason, says) => {
    arrange();
    const result = await push();
    expect([result.outcome, result.reason, result.says]).toEqual(['refused', reason, expect.stringMatching(says)]);
    expect([standby.acts, active.acts, pushes.last?.leasedUntil]).toEqual([[], [], 0]);
    expect(world.metrics).toEqual([]);
  });

  it('a router whose instance is stopped is not asked, because nothing would answer', async () => {
    const { ec2 } = world;
    ec2['tokyo-2'] = { ...ec2['tokyo-2'], instance: 'stopped' } as never;
    const { routers } = await plan();
    const { problem } = routers.find(({ name }) => name === 'tokyo-2') ?? {};
    expect(problem).toMatchObject({
      reason: 'silent',
      says: 'the configuration of tokyo-2 could not be read: its instance is stopped',
    });
    expect(routers.find(({ name }) => name === 'tokyo-1')?.digest).not.toBe('');
  });

  it('but a pause can be overridden by name', async () => {
    remember({ pause: { since: 0, until: world.now + 9_000, by: 'ann', reason: 'this push' } });
    expect(await push(['paused'])).toMatchObject({ outcome: 'pushed' });
  });

  it('when another push has the lease, and only as long as that could live', async () => {
    pushes.last = {
      id: 'other',
      by: 'bob',
      at: 0,
      run: 'r',
      leasedUntil: world.now + 400_000,
      done: [],
      finished: false,
    };
    expect(await push()).toMatchObject({ outcome: 'refused', reason: 'push-under-way' });
    expect([standby.acts, pushes.last.id]).toEqual([[], 'other']);
    world.now += 400_001;
    expect(await push()).toMatchObject({ outcome: 'pushed' });
  });

  it('when the plan is not the one that was agreed to', async () => {
    const request = { action: 'push', id: 'push-1', topology: CHANGED, by: 'ann', hold: false, digests: {} } as const;
    expect(await pushSite({ ...request, overrides: [] }, tools())).toMatchObject({ reason: 'plan-changed' });
    expect(standby.acts).toEqual([]);
  });

  it.each([
    ['mistakes in the file', 'name: [', /topology:1/],
    ['another network', FILE.replace('name: tokyo-virginia', 'name: osaka'), /no site tokyo of tokyo-virginia/],
    ['another instance', FILE.replace('i-0a1b2c3d4e5f60011', 'i-0a1b2c3d4e5f60099'), /tokyo-1 is i-0a1b2c3d4e5f60099/],
    ['another name', FILE.replaceAll('tokyo-1', 'tokyo-9'), /tokyo-9 is i-0a1b2c3d4e5f60011/],
  ])('for a topology with %s', async (_, text, says) => {
    const answer = await planFile(text, [], tools());
    expect(answer).toMatchObject({ outcome: 'wrong-topology', says: expect.stringMatching(says) as unknown });
  });
});

describe('what goes wrong on the way ends in a known configuration', () => {
  it.each<[string, () => void, string, RegExp]>([
    [
      'the router refuses',
      () => void (standby.answers.apply = [says({ outcome: 'refused', why: 'changed', says: 'it has changed' })]),
      'refused',
      /tokyo-2: it has changed\. It keeps its old configuration/,
    ],
    [
      'the router has undone it itself',
      () =>
        void (standby.answers.apply = [
          says({ outcome: 'undone', says: 'the commit failed; the old configuration is in force' }),
        ]),
      'undone',
      /the commit failed; the old configuration is in force/,
    ],
    [
      'the router could not undo it',
      () =>
        void (standby.answers.apply = [
          says({
            outcome: 'broken',
            says: 'the commit failed; and so did the undo',
            boots: 'old',
            retryInS: 60,
          }),
        ]),
      'broken',
      /tries again every 60 s; it boots with the old configuration/,
    ],
    [
      'the command never came back, nor did it run',
      () => void (standby.answers.apply = [SILENT]),
      'undone',
      /did not report the result/,
    ],
    [
      'the command ran and its answer was lost',
      () => void (standby.answers.apply = ['lost']),
      'undone',
      /runs its old configuration again/,
    ],
    [
      'the script failed',
      () => void (standby.answers.apply = [{ kind: 'failed', why: 'exit code 1: sg: not found' }]),
      'undone',
      /sg: not found/,
    ],
    [
      'the router does not answer any more',
      () => void (standby.answers = { apply: ['lost'], undo: [SILENT] }),
      'unknown',
      /if it applied the new configuration, it runs the old one again by 2026-11-23 03:07:09Z/,
    ],
    [
      'BGP does not come back',
      () => void (standby.ebgp = () => [isNew(standby) ? 0 : 1, 1]),
      'undone',
      /its session with 169.254.10.6 was Established before and is not now/,
    ],
    [
      'confirming fails twice',
      () => void (standby.answers.confirm = [SILENT, SILENT]),
      'unknown',
      /did not answer the confirmation/,
    ],
  ])('%s', async (_, arrange, outcome, why) => {
    arrange();
    const result = await push();
    expect([result.outcome, result.says]).toEqual([outcome, expect.stringMatching(why)]);
    standby.fireTimer();
    expect([news(), active.acts, pushes.last?.leasedUntil]).toEqual([[false, false], [], 0]);
    expect(pushes.last?.applying?.router).toBe(['unknown', 'broken'].includes(outcome) ? 'tokyo-2' : undefined);
    const failures = world.metrics.filter(({ name }) => name === 'ConfigPushFailed');
    expect(failures).toHaveLength(outcome === 'refused' ? 0 : 1);
    expect(world.announced).toEqual([]);
  });

  it('a confirmation whose answer gets lost is asked for again, and was one', async () => {
    standby.answers.confirm = ['lost'];
    expect(await push()).toMatchObject({ outcome: 'pushed' });
    expect([standby.acts, news()]).toEqual([
      ['apply', 'confirm', 'confirm'],
      [true, false],
    ]);
  });

  it('a failover that begins meanwhile comes first', async () => {
    const sleep = (ms: number) => {
      world.now += ms;
      remember({ epoch: 5, leasedUntil: world.now + 16_000 });
      return Promise.resolve();
    };
    const result = await push([], { sleep });
    expect([result.outcome, result.says]).toEqual(['undone', expect.stringContaining('meanwhile swap 5 is under way')]);
    expect(news()).toEqual([false, false]);
  });

  it('a failover to the very router leaves it alone: what it runs is well, and a commit would cost its sessions', async () => {
    const sleep = (ms: number) => {
      world.now += ms;
      for (const route of world.targets.keys()) world.targets.set(route, world.site.routers.standby.eni);
      remember({ epoch: 5, automaticSwaps: [world.now] });
      return Promise.resolve();
    };
    expect(await push([], { sleep })).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
    expect([news(), standby.acts]).toEqual([
      [true, false],
      ['apply', 'confirm'],
    ]);
    expect(await push()).toMatchObject({ outcome: 'refused', reason: 'hold-down' });
  });

  it('a failover between the plan and the router keeps the router as it is', async () => {
    const before = tools();
    const showConfig: PushPorts['showConfig'] = async (router) => {
      // After the plan's own reading of the site.
      await Promise.resolve();
      remember({ epoch: 5, leasedUntil: world.now + 16_000 });
      return before.showConfig(router);
    };
    expect(await push([], { showConfig })).toMatchObject({
      outcome: 'refused',
      says: expect.stringContaining('tokyo-2 keeps its configuration: meanwhile swap 5 is under way') as unknown,
    });
    expect(standby.acts).toEqual([]);
  });

  it('a failover that has ended meanwhile does too', async () => {
    const sleep = (ms: number) => {
      world.now += ms;
      remember({ epoch: 5, automaticSwaps: [world.now] });
      return Promise.resolve();
    };
    expect(await push([], { sleep })).toMatchObject({ outcome: 'undone' });
  });

  it('a site that cannot be seen any more is no reason to confirm', async () => {
    let asked = 0;
    // Once for the plan, once before it is applied.
    const seeing = tools();
    const failing: PushPorts['describeRoutes'] = (routes) =>
      (asked += 1) > 2 ? Promise.reject(new Error('RequestLimitExceeded')) : seeing.describeRoutes(routes);
    expect(await push([], { describeRoutes: failing })).toMatchObject({
      outcome: 'undone',
      says: expect.stringContaining('could not be read: RequestLimitExceeded') as unknown,
    });
  });

  it('commands that are too many for one are refused', () => {
    const many = Array.from({ length: 2_000 }, (_, n) => `set policy prefix-list ${crypto.randomUUID()} rule ${n}`);
    expect(packPush(many, [], [], BOOT)).toBeUndefined();
    expect(packPush(renderConfig(topology, 'tokyo-1').lines, [], [], BOOT)?.packed.length).toBeLessThan(
      LONGEST_PUSH_FILE / 8,
    );
  });

  it('a table that cannot be written to afterwards changes nothing about the outcome', async () => {
    const setPushed = () => Promise.reject(new Error('connect ETIMEDOUT'));
    expect(await push([], { pushes: { ...pushes.store, setPushed } })).toMatchObject({ outcome: 'pushed' });
    expect(world.logged.map(({ message }) => message)).toContainEqual(expect.stringContaining('what tokyo-2 got'));
  });
});

describe('a push that was interrupted', () => {
  it('between the routers says so, and goes on with the other one', async () => {
    await push();
    expect(toPushPlan(await plan())).toMatchObject({
      interrupted: { by: 'ann', done: ['tokyo-2'] },
      routers: [{ name: 'tokyo-2', commands: [] }, { name: 'tokyo-1' }],
    });
    expect(await push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-1' });
    expect(standby.acts).toEqual(['apply', 'confirm']);
  });

  it('on a router is taken back before anything else, and begun anew', async () => {
    const died = () => Promise.reject(new Error('the function was ended'));
    await expect(push([], { sleep: died })).rejects.toThrow('ended');
    expect([news(), standby.pending?.attempt]).toEqual([[true, false], 'run-2']);
    expect(await push()).toMatchObject({ outcome: 'refused', reason: 'plan-changed' });
    expect([news(), standby.pending]).toEqual([[false, false], undefined]);
    expect(await push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
  });

  it('after the router was confirmed is recorded as pushed', async () => {
    standby.records['run-0'] = 'confirmed';
    pushes.last = { ...interruptedBy('run-0'), applying: applyingOf('run-0') };
    remember({ automaticSwaps: [world.now] });
    expect(await push()).toMatchObject({ outcome: 'refused', reason: 'hold-down' });
    expect([standby.acts, pushes.configs['tokyo-2']?.lines]).toEqual([['undo'], asRunning('tokyo-2')]);
  });

  it('on a router that does not answer is not gone on with before its timer has fired', async () => {
    pushes.last = { ...interruptedBy('run-0'), applying: applyingOf('run-0') };
    standby.answers.undo = [SILENT, SILENT];
    expect(await push()).toMatchObject({ outcome: 'refused', reason: 'router-unknown' });
    expect(pushes.last?.applying?.attempt).toBe('run-0');
    world.now += 400_000;
    expect(await push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
  });

  function interruptedBy(run: string) {
    return { id: 'push-0', by: 'bob', at: world.now, run, leasedUntil: 0, done: [], finished: false };
  }

  function applyingOf(attempt: string) {
    return {
      router: 'tokyo-2',
      attempt,
      state: 'applying',
      undoneBy: world.now + 300_000,
      commands: 3,
      lines: asRunning('tokyo-2'),
      others: [],
    } as const;
  }
});

describe('a request', () => {
  it.each([
    ['an unknown action', { action: 'reboot' }],
    ['an unknown override', { action: 'plan', topology: FILE, overrides: ['lease'] }],
    ['an unknown key', { action: 'plan', topology: FILE, force: true }],
    ['an id that is none', { action: 'push', id: '../x', topology: FILE, by: 'ann', digests: {} }],
    ['nobody', { action: 'push', id: 'aaaaaaaa', topology: FILE, by: '', digests: {} }],
    ['no text', { action: 'plan', topology: '' }],
    ['nothing', null],
  ])('with %s is answered, and is no failure of the function', async (_, payload) => {
    expect(await answerRequest(payload, tools())).toEqual({
      outcome: 'bad-request',
      says: expect.stringContaining('config-push does not accept this request') as unknown,
    });
    expect([pushes.last, world.metrics]).toEqual([undefined, []]);
  });
});

function remember(change: Partial<FakeWorld['stored']>): void {
  world.stored = { ...world.stored, ...change };
}

function says(answer: object): CommandEnd {
  return { kind: 'answered', output: JSON.stringify(answer) };
}
