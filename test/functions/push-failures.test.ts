import { beforeEach, describe, expect, it } from 'vitest';
import type { PushPorts } from '#functions/config-push/ports.ts';
import { LONGEST_PUSH_FILE, packPush } from '#functions/config-push/router/push-file.ts';
import { renderConfig } from '#vyos/render.ts';
import { answersWith } from './answers-with.ts';
import { type FakePushes, type FakeRouter, SILENT } from './fake-routers.ts';
import type { FakeWorld } from './fakes.ts';
import { isNew, PushedPair, topology } from './pushed-pair.ts';

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

const BOOT = { id: 'boot-1', notAfter: 0 };

describe('what goes wrong on the way ends in a known configuration', () => {
  it.each<[string, () => void, string, RegExp]>([
    [
      'the router refuses',
      () =>
        void (standby.answers.apply = [answersWith({ outcome: 'refused', why: 'changed', says: 'it has changed' })]),
      'refused',
      /tokyo-2: it has changed\. It keeps its old configuration/,
    ],
    [
      'the router has undone it itself',
      () =>
        void (standby.answers.apply = [
          answersWith({ outcome: 'undone', says: 'the commit failed; the old configuration is in force' }),
        ]),
      'undone',
      /the commit failed; the old configuration is in force/,
    ],
    [
      'the router could not undo it',
      () =>
        void (standby.answers.apply = [
          answersWith({
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
    const result = await pair.push();
    expect([result.outcome, result.says]).toEqual([outcome, expect.stringMatching(why)]);
    standby.fireTimer();
    expect([areNew(), active.acts, pushes.last?.leasedUntil]).toEqual([[false, false], [], 0]);
    expect(pushes.last?.applying?.router).toBe(['unknown', 'broken'].includes(outcome) ? 'tokyo-2' : undefined);
    const failures = world.metrics.filter(({ name }) => name === 'ConfigPushFailed');
    expect(failures).toHaveLength(outcome === 'refused' ? 0 : 1);
    expect(world.announced).toEqual([]);
  });

  it('a confirmation whose answer gets lost is asked for again, and was one', async () => {
    standby.answers.confirm = ['lost'];
    expect(await pair.push()).toMatchObject({ outcome: 'pushed' });
    expect([standby.acts, areNew()]).toEqual([
      ['apply', 'confirm', 'confirm'],
      [true, false],
    ]);
  });

  it('a failover that begins meanwhile comes first', async () => {
    const sleep = (ms: number) => {
      world.now += ms;
      pair.store({ epoch: 5, leasedUntil: world.now + 16_000 });
      return Promise.resolve();
    };
    const result = await pair.push({}, { sleep });
    expect([result.outcome, result.says]).toEqual(['undone', expect.stringContaining('meanwhile swap 5 is under way')]);
    expect(areNew()).toEqual([false, false]);
  });

  it('a failover to the very router leaves it alone: what it runs is well, and a commit would cost its sessions', async () => {
    const sleep = (ms: number) => {
      world.now += ms;
      for (const route of world.targets.keys()) world.targets.set(route, world.site.routers.standby.eni);
      pair.store({ epoch: 5, automaticSwaps: [world.now] });
      return Promise.resolve();
    };
    expect(await pair.push({}, { sleep })).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
    expect([areNew(), standby.acts]).toEqual([
      [true, false],
      ['apply', 'confirm'],
    ]);
    expect(await pair.push()).toMatchObject({ outcome: 'refused', reason: 'hold-down' });
  });

  it('a failover between the plan and the router keeps the router as it is', async () => {
    const before = pair.tools();
    const showConfig: PushPorts['showConfig'] = async (router) => {
      // After the plan's own reading of the site.
      await Promise.resolve();
      pair.store({ epoch: 5, leasedUntil: world.now + 16_000 });
      return before.showConfig(router);
    };
    expect(await pair.push({}, { showConfig })).toMatchObject({
      outcome: 'refused',
      says: expect.stringContaining('tokyo-2 keeps its configuration: meanwhile swap 5 is under way') as unknown,
    });
    expect(standby.acts).toEqual([]);
  });

  it('a failover that has ended meanwhile does too', async () => {
    const sleep = (ms: number) => {
      world.now += ms;
      pair.store({ epoch: 5, automaticSwaps: [world.now] });
      return Promise.resolve();
    };
    expect(await pair.push({}, { sleep })).toMatchObject({ outcome: 'undone' });
  });

  it('a site that cannot be seen any more is no reason to confirm', async () => {
    let asked = 0;
    // Once for the plan, once before it is applied.
    const seeing = pair.tools();
    const failing: PushPorts['describeRoutes'] = (routes) =>
      (asked += 1) > 2 ? Promise.reject(new Error('RequestLimitExceeded')) : seeing.describeRoutes(routes);
    expect(await pair.push({}, { describeRoutes: failing })).toMatchObject({
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
    expect(await pair.push({}, { pushes: { ...pushes.store, setPushed } })).toMatchObject({ outcome: 'pushed' });
    expect(world.logged.map(({ message }) => message)).toContainEqual(expect.stringContaining('what tokyo-2 got'));
  });
});
