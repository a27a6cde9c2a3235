import { beforeEach, describe, expect, it } from 'vitest';
import { answerRequest } from '#functions/config-push/answer-request.ts';
import { type FakePushes, type FakeRouter, SILENT } from './fake-routers.ts';
import type { FakeWorld } from './fakes.ts';
import { asRunning, FILE, isNew, PushedPair } from './pushed-pair.ts';

let pair: PushedPair;
let world: FakeWorld;
let active: FakeRouter;
let standby: FakeRouter;
let pushes: FakePushes;
beforeEach(() => {
  pair = new PushedPair('new');
  ({ world, active, standby, pushes } = pair);
});

const areNew = () => [isNew(standby), isNew(active)];

describe('a push', () => {
  it('takes the router without the traffic first, the other one when asked again, and then has nothing to do', async () => {
    expect(await pair.push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-2', remaining: ['tokyo-1'] });
    expect(areNew()).toEqual([true, false]);
    expect(await pair.push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-1', remaining: [] });
    expect(await pair.push()).toMatchObject({ outcome: 'unchanged', remaining: [] });
    expect(world.announced).toMatchObject([{ type: 'Config Pushed', detail: { routers: ['tokyo-2', 'tokyo-1'] } }]);
    expect(world.history.map(({ reason }) => reason)).toEqual(['config-pushed', 'config-pushed']);
    expect([active.pending, standby.pending, pushes.last?.leasedUntil]).toEqual([undefined, undefined, 0]);
  });

  it('goes by who has the routes now, not by who is called active', async () => {
    for (const route of world.targets.keys()) world.targets.set(route, world.site.routers.standby.eni);
    expect(await pair.push()).toMatchObject({ router: 'tokyo-1', remaining: ['tokyo-2'] });
  });

  it('waits for BGP, and until it has stayed', async () => {
    const began = world.now;
    const downUntil = began + 20_000;
    standby.ebgp = () => [isNew(standby) && world.now < downUntil ? 0 : 1, 1];
    expect(await pair.push()).toMatchObject({ outcome: 'pushed' });
    expect(world.now).toBeGreaterThanOrEqual(downUntil + 15_000);
  });

  it('does not believe a session that outlives its tunnel for a while', async () => {
    let seen = 0;
    standby.ebgp = () => [isNew(standby) && (seen += 1) > 3 ? 0 : 1, 1];
    expect(await pair.push()).toMatchObject({ outcome: 'undone' });
    expect(areNew()).toEqual([false, false]);
  });

  it('asks for no session that was not there before, so that a new network can come up', async () => {
    standby.ebgp = () => [0, 1];
    active.ebgp = () => [0, 1];
    expect(await pair.push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
    expect(await pair.push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-1' });
  });

  it('leaves the router with the traffic alone while the other one could not take over', async () => {
    await pair.push();
    standby.ebgp = () => [0, 1];
    expect(await pair.push()).toMatchObject({
      outcome: 'refused',
      reason: 'peer-unfit',
      says: expect.stringContaining('tokyo-1 keeps its configuration: tokyo-2 is not proven fit') as unknown,
    });
    expect([areNew(), active.acts]).toEqual([[true, false], []]);
  });

  it('sets the keys of a router that it has never pushed to: whether they are the named ones is unknown', async () => {
    const keys = async () =>
      (await pair.plan(FILE)).routers.map(({ commands }) => commands.filter((each) => each.includes('{{ssm:')).length);
    expect(await keys()).toEqual([1, 1]);
    await pair.push({ topology: FILE });
    expect(await keys()).toEqual([0, 1]);
  });

  it('records what it pushed, so that the next change by hand is drift', async () => {
    await pair.push();
    await pair.push();
    active.running = active.running.filter((line) => !line.includes("'mtu'"));
    expect(await pair.push()).toMatchObject({ outcome: 'refused', reason: 'drift', router: 'tokyo-1' });
    expect((await pair.plan()).routers[1]?.drift.removed).toContain('set interfaces tunnel tun0 mtu 1414');
    expect(await pair.push({ overrides: ['drift'] })).toMatchObject({ outcome: 'pushed', router: 'tokyo-1' });
  });
});

describe('a push that was interrupted', () => {
  it('between the routers says so, and goes on with the other one', async () => {
    await pair.push();
    expect(await pair.plan()).toMatchObject({
      interrupted: { by: 'ann', done: ['tokyo-2'] },
      routers: [{ name: 'tokyo-2', commands: [] }, { name: 'tokyo-1' }],
    });
    expect(await pair.push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-1' });
    expect(standby.acts).toEqual(['apply', 'confirm']);
  });

  it('on a router is taken back before anything else, and begun anew', async () => {
    const died = () => Promise.reject(new Error('the function was ended'));
    await expect(pair.push({}, { sleep: died })).rejects.toThrow('ended');
    expect([areNew(), standby.pending?.attempt]).toEqual([[true, false], 'run-2']);
    expect(await pair.push()).toMatchObject({ outcome: 'refused', reason: 'plan-changed' });
    expect([areNew(), standby.pending]).toEqual([[false, false], undefined]);
    expect(await pair.push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
  });

  it('after the router was confirmed is recorded as pushed', async () => {
    standby.records['run-0'] = 'confirmed';
    pushes.last = { ...interruptedBy('run-0'), applying: applyingOf('run-0') };
    pair.store({ automaticSwaps: [world.now] });
    expect(await pair.push()).toMatchObject({ outcome: 'refused', reason: 'hold-down' });
    expect([standby.acts, pushes.configs['tokyo-2']?.lines]).toEqual([['undo'], asRunning('tokyo-2')]);
  });

  it('on a router that does not answer is not gone on with before its timer has fired', async () => {
    pushes.last = { ...interruptedBy('run-0'), applying: applyingOf('run-0') };
    standby.answers.undo = [SILENT, SILENT];
    expect(await pair.push()).toMatchObject({ outcome: 'refused', reason: 'router-unknown' });
    expect(pushes.last?.applying?.attempt).toBe('run-0');
    world.now += 400_000;
    expect(await pair.push()).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
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
    expect(await answerRequest(payload, pair.tools())).toEqual({
      outcome: 'bad-request',
      says: expect.stringContaining('config-push does not accept this request') as unknown,
    });
    expect([pushes.last, world.metrics]).toEqual([undefined, []]);
  });
});
