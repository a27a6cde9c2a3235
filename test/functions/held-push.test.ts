import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PushResult } from '#contracts/push-result.ts';
import { managedSite } from '#failover/site.ts';
import { endUnconfirmed } from '#functions/config-push/confirm/end-unconfirmed.ts';
import type { PushPorts } from '#functions/config-push/ports.ts';
import { pushSite } from '#functions/config-push/push/push-site.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { renderConfig } from '#vyos/render.ts';
import { example } from '../vyos/topologies.ts';
import { FakePushes, FakeRouter, planFile, pushTools, SILENT } from './fake-routers.ts';
import { FakeWorld } from './fakes.ts';

const NETWORK = '169.254.20.0/30';
const FILE = readFileSync('examples/tokyo-virginia.yaml', 'utf8');
const RENUMBERED = FILE.replace('169.254.10.4/30', NETWORK);
const topology = example('tokyo-virginia');

let world: FakeWorld;
let active: FakeRouter;
let standby: FakeRouter;
let pushes: FakePushes;
let runs: number;
/** Whether the far end of the standby's tunnel has the new network. */
let farEndIsNew: () => boolean;

const isNew = () => standby.running.join('\n').includes('169.254.20.');

beforeEach(() => {
  const tokyo = topology.sites.find(({ name }) => name === 'tokyo');
  if (tokyo === undefined) throw new Error('the example has lost Tokyo');
  world = new FakeWorld(managedSite(topology, tokyo, bgpNeighbors(topology)));
  [active, standby] = ['tokyo-1', 'tokyo-2'].map((name) => new FakeRouter(asRunning(name))) as [FakeRouter, FakeRouter];
  pushes = new FakePushes();
  // What they have is what was pushed last.
  for (const name of ['tokyo-1', 'tokyo-2']) {
    pushes.configs[name] = { lines: renderConfig(topology, name).lines, at: 0, id: 'push-0' };
  }
  runs = 0;
  farEndIsNew = () => true;
  standby.ebgp = () => [isNew() === farEndIsNew() || !isNew() ? 1 : 0, 1];
});

function asRunning(router: string): string[] {
  return renderConfig(topology, router).lines.map((line) => line.replace(/'\{\{ssm:.*\}\}'/, "'(not shown)'"));
}

function tools(change: Partial<PushPorts> = {}): PushPorts {
  return pushTools(world, { 'tokyo-1': active, 'tokyo-2': standby }, pushes, { run: `run-${(runs += 1)}`, ...change });
}

async function hold(change: Partial<PushPorts> = {}, only = 'tokyo-2', id = 'push-1'): Promise<PushResult> {
  const plan = await planFile(RENUMBERED, [], tools());
  if ('outcome' in plan) throw new Error(plan.says);
  const digests = Object.fromEntries(plan.routers.map(({ name, digest }) => [name, digest]));
  const request = {
    action: 'push',
    id,
    topology: RENUMBERED,
    by: 'ann',
    overrides: [],
    digests,
    only,
    hold: true,
  } as const;
  const result = await pushSite({ ...request, overrides: [] }, tools(change));
  if (result.outcome === 'wrong-topology') throw new Error(result.says);
  return result;
}

const end = (action: 'confirm' | 'undo', change: Partial<PushPorts> = {}) =>
  endUnconfirmed({ action, id: 'push-1', router: 'tokyo-2' }, tools(change));

describe('a router whose tunnel changes at both ends', () => {
  it('is named in the plan with the far router', async () => {
    const plan = await planFile(RENUMBERED, [], tools());
    expect(plan).toMatchObject({ routers: [{ name: 'tokyo-2', tunnels: ['virginia-2'] }, { tunnels: [] }] });
  });

  it('is held when it is well, and has its new configuration when that is confirmed', async () => {
    expect(await hold()).toMatchObject({ outcome: 'held', router: 'tokyo-2', remaining: ['tokyo-2'] });
    expect([isNew(), standby.pending?.attempt, world.history]).toEqual([true, 'run-2', []]);
    expect(await end('confirm')).toMatchObject({ outcome: 'pushed', remaining: [] });
    expect([isNew(), standby.pending, pushes.last]).toEqual([
      true,
      undefined,
      expect.objectContaining({ done: ['tokyo-2'], finished: true, leasedUntil: 0 }),
    ]);
    expect(world.announced).toMatchObject([{ type: 'Config Pushed' }]);
  });

  it('waits longer than others: its far end may still be committing', async () => {
    const from = world.now + 100_000;
    farEndIsNew = () => world.now >= from;
    expect(await hold()).toMatchObject({ outcome: 'held' });
    expect(world.now).toBeGreaterThanOrEqual(from + 15_000);
  });

  it('undoes it by itself when its far end never gets there', async () => {
    farEndIsNew = () => false;
    expect(await hold()).toMatchObject({
      outcome: 'undone',
      says: expect.stringContaining('BGP sessions did not come back') as unknown,
    });
    expect([isNew(), pushes.last?.leasedUntil]).toEqual([false, 0]);
  });

  it('rolls back when its far end did not keep its part', async () => {
    await hold();
    expect(await end('undo')).toMatchObject({
      outcome: 'undone',
      says: expect.stringContaining('old configuration') as unknown,
    });
    expect([isNew(), standby.pending, pushes.last?.applying]).toEqual([false, undefined, undefined]);
    expect(world.metrics).toContainEqual({ name: 'ConfigPushFailed', value: 1 });
  });

  it('cannot be changed by another push until its timer has undone it', async () => {
    await hold();
    const other = await hold({}, 'tokyo-1', 'push-2');
    expect(other).toMatchObject({
      outcome: 'refused',
      reason: 'push-under-way',
      says: expect.stringMatching(/by ann is under way \(until .*Z at most\)/) as unknown,
    });
    standby.fireTimer();
    world.now = (pushes.last?.applying?.undoneBy ?? 0) + 1;
    expect(await hold()).toMatchObject({ outcome: 'held', router: 'tokyo-2' });
  });

  it('may receive its end twice', async () => {
    await hold();
    await end('confirm');
    expect(await end('confirm')).toMatchObject({ outcome: 'pushed' });
    expect(await end('undo')).toMatchObject({ outcome: 'pushed', says: 'tokyo-2 has its new configuration.' });
    expect(standby.acts).toEqual(['apply', 'confirm']);
  });

  it('that was undone before it was confirmed says so', async () => {
    await hold();
    standby.fireTimer();
    expect(await end('confirm')).toMatchObject({ outcome: 'undone' });
    expect(await end('confirm')).toMatchObject({ outcome: 'refused', reason: 'nothing-held' });
  });

  it('that does not answer is not known, and may be asked again', async () => {
    await hold();
    standby.answers.confirm = [SILENT, SILENT];
    expect(await end('confirm')).toMatchObject({ outcome: 'unknown', remaining: ['tokyo-2'] });
    expect(await end('confirm')).toMatchObject({ outcome: 'pushed' });
  });
});

describe('a held push that is called off while it is at work', () => {
  it('before it has touched the router does not touch it', async () => {
    let said: PushResult | undefined;
    const readNeighbors: PushPorts['readNeighbors'] = async () => {
      said ??= await end('undo');
      return standby.bgp();
    };
    expect(await hold({ readNeighbors })).toMatchObject({ outcome: 'refused' });
    expect([said?.reason, isNew(), standby.acts]).toEqual(['nothing-held', false, []]);
  });

  it('while it waits for BGP ends soon, with the old configuration', async () => {
    farEndIsNew = () => false;
    const began = world.now;
    const sleep = async (ms: number) => {
      world.now += ms;
      if (isNew()) await end('undo');
    };
    expect(await hold({ sleep })).toMatchObject({ outcome: 'undone' });
    expect([isNew(), world.now - began < 30_000]).toEqual([false, true]);
  });
});

describe('a router that is named', () => {
  it('and has nothing to change is not pushed; nor is one that is not there', async () => {
    expect(await hold({}, 'tokyo-1')).toMatchObject({ outcome: 'refused', reason: 'plan-changed', router: 'tokyo-1' });
    expect(await hold({}, 'nobody')).toMatchObject({ outcome: 'refused', reason: 'unknown-router' });
    expect(pushes.configs['tokyo-2']?.id).toBe('push-0');
  });
});
