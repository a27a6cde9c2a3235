import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandEnd } from '#aws/run-command.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { SILENT } from './fake-routers.ts';
import { isNew, PushedPair, RENUMBERED } from './pushed-pair.ts';

let pair: PushedPair;
beforeEach(() => {
  pair = new PushedPair();
});

const says = (answer: object): CommandEnd => ({ kind: 'answered', output: JSON.stringify(answer) });
const BROKEN = { outcome: 'broken', says: 'the undo failed: the configuration is locked', boots: 'old', retryInS: 60 };
const held = { topology: RENUMBERED, only: 'tokyo-2', hold: true };
const stateOf = ({ routers }: { routers: readonly { name: string }[] }, name = 'tokyo-2') =>
  routers.find((each) => each.name === name);

/** `running` and `booting` of the standby, as a result would call them. */
function facts(): object {
  const { running, booting } = pair.standby;
  return {
    name: 'tokyo-2',
    runs: isNew(pair.standby) ? 'new' : 'old',
    boots: booting.join() === running.join() && isNew(pair.standby) ? 'new' : 'old',
  };
}

describe('a result says what each router runs and boots with, and when that changes by itself', () => {
  it('pushed: the new one, and the other one has its old one', async () => {
    const result = await pair.push();
    expect(result.routers).toEqual([facts(), { name: 'tokyo-1', runs: 'old', boots: 'old' }]);
    const second = await pair.push();
    expect(second.routers).toEqual([facts(), { name: 'tokyo-1', runs: 'new', boots: 'new' }]);
  });

  it('held: runs the new one until its own timer acts, and boots with the old one', async () => {
    const result = await pair.push(held);
    const { undoAt = 0 } = pair.standby.pending ?? {};
    expect(stateOf(result)).toEqual({ ...facts(), revertsAt: expect.any(Number) as unknown });
    const { revertsAt = 0 } = (stateOf(result) ?? {}) as { revertsAt?: number };
    expect(revertsAt).toBeGreaterThanOrEqual(undoAt);
    expect(revertsAt - undoAt).toBeLessThan(90_000);
  });

  it.each<[string, CommandEnd | 'lost']>([
    ['undone by the router itself', says({ outcome: 'undone', says: 'the commit failed' })],
    ['refused', says({ outcome: 'refused', why: 'disk', says: 'the disk is full' })],
    ['applied, and the answer lost', 'lost'],
    ['not heard at all', SILENT],
    ['nothing that can be read', { kind: 'answered', output: '{"outcome":' }],
  ])('an apply that was %s: the old one', async (_, answer) => {
    pair.standby.answers.apply = [answer];
    const result = await pair.push();
    expect(['undone', 'refused']).toContain(result.outcome);
    expect([stateOf(result), facts()]).toEqual(Array(2).fill({ name: 'tokyo-2', runs: 'old', boots: 'old' }));
  });

  it('an apply that was never sent: the old one, and nothing is rolled back', async () => {
    pair.standby.answers.apply = [{ kind: 'silent', why: 'ThrottlingException: Rate exceeded', neverRan: true }];
    const result = await pair.push();
    expect([result.outcome, result.says]).toEqual(['refused', expect.stringContaining('was not reached: Throttling')]);
    expect([stateOf(result), pair.standby.acts]).toEqual([facts(), ['apply']]);
  });

  it('an apply that met another action at work: the old one, and no alarm for that', async () => {
    pair.standby.answers.apply = [says({ outcome: 'busy', says: 'another action is at work' })];
    const result = await pair.push();
    expect([result.outcome, result.says]).toEqual(['refused', expect.stringContaining('is busy: another action')]);
    expect([stateOf(result), pair.standby.acts, pair.alarms]).toEqual([facts(), ['apply', 'undo'], 0]);
  });

  it('unknown: neither, with the time by which it has the old one', async () => {
    pair.standby.answers = { apply: ['lost'], undo: [SILENT] };
    const result = await pair.push();
    expect(result.outcome).toBe('unknown');
    expect(stateOf(result)).toEqual({
      name: 'tokyo-2',
      runs: 'unknown',
      boots: 'unknown',
      revertsAt: expect.any(Number) as unknown,
    });
    pair.world.now = ((stateOf(result) ?? {}) as { revertsAt?: number }).revertsAt ?? 0;
    pair.standby.show();
    expect(facts()).toMatchObject({ runs: 'old', boots: 'old' });
  });

  it('broken: parts of both, and what it boots with', async () => {
    pair.standby.answers.apply = [says(BROKEN)];
    const result = await pair.push();
    expect([result.outcome, stateOf(result)]).toEqual(['broken', { name: 'tokyo-2', runs: 'mixed', boots: 'old' }]);
    expect(result.says).toContain('tries again every 60 s');
  });

  it('one whose configuration cannot be read: unknown', async () => {
    pair.active.answers.show = [SILENT, SILENT];
    const agreed = await pair.plan();
    expect(stateOf(await pair.push({}, {}, agreed), 'tokyo-1')).toMatchObject({ runs: 'unknown', boots: 'unknown' });
  });

  it('one that boots with another configuration than it runs: the result says that it is unknown', async () => {
    pair.active.booting = ['set system host-name somebody'];
    expect(stateOf(await pair.push(), 'tokyo-1')).toMatchObject({
      runs: 'old',
      boots: 'unknown',
      says: expect.stringContaining('boots with another configuration') as unknown,
    });
  });
});

describe('an answer that gets lost', () => {
  it('after the confirmation, with a reboot before it is asked again, is no undo: the router has it written down', async () => {
    pair.standby.answers.confirm = ['lost'];
    const act = pair.standby.act.bind(pair.standby);
    pair.standby.act = (parameters) => {
      if (parameters['Action'] === 'confirm' && pair.standby.acts.includes('confirm')) pair.standby.reboot();
      return act(parameters);
    };
    const result = await pair.push();
    expect([result.outcome, stateOf(result), isNew(pair.standby)]).toEqual(['pushed', facts(), true]);
  });

  it('and no record of it on the router: unknown, and never undone', async () => {
    pair.standby.answers.confirm = ['lost', says({ outcome: 'nothing', ended: 'unknown' })];
    const result = await pair.push();
    expect([result.outcome, stateOf(result)]).toMatchObject(['unknown', { runs: 'unknown', boots: 'unknown' }]);
    expect(pair.pushes.last?.applying?.router).toBe('tokyo-2');
  });
});

describe('an undo that overtakes its apply', () => {
  it('has the router never apply it', async () => {
    const plain = pair.tools();
    let said: string | undefined;
    const late = await pair.push(held, {
      applyConfig: async (router, parameters, deadlineMs) => {
        if (parameters['Action'] === 'apply') said = (await pair.ask('undo')).outcome;
        return plain.applyConfig(router, parameters, deadlineMs);
      },
    });
    expect([said, late.outcome, isNew(pair.standby)]).toEqual(['undone', 'refused', false]);
    expect([pair.pushes.last?.leasedUntil, pair.pushes.last?.applying]).toEqual([0, undefined]);
  });

  it('and does not arrive leaves it open, until the router has undone it', async () => {
    const plain = pair.tools();
    pair.standby.answers.undo = [SILENT, SILENT];
    let said: string | undefined;
    await pair.push(held, {
      applyConfig: async (router, parameters, deadlineMs) => {
        if (parameters['Action'] === 'apply') said = (await pair.ask('undo')).outcome;
        return plain.applyConfig(router, parameters, deadlineMs);
      },
    });
    expect([said, isNew(pair.standby)]).toEqual(['unknown', true]);
    expect(pair.pushes.last?.applying).toMatchObject({ router: 'tokyo-2', undoneBy: expect.any(Number) as unknown });
  });
});

describe('an interrupted push is settled before anything is planned, and that is reported', () => {
  it('one that had a router changed: taken back, in the result, in the history, and with the alarm', async () => {
    const agreed = await pair.plan();
    await expect(pair.push({}, pair.dies, agreed)).rejects.toThrow('ended');
    expect(isNew(pair.standby)).toBe(true);
    const result = await pair.push({}, {}, agreed);
    expect(result.settled).toMatchObject({ router: 'tokyo-2', end: 'undone' });
    // What was agreed to is there again, so the push goes on.
    expect([result.outcome, isNew(pair.standby)]).toEqual(['pushed', true]);
    expect([pair.history, pair.alarms]).toEqual([['config-settled-undone', 'config-pushed'], 1]);
  });

  it('one that was well and to be kept: kept', async () => {
    const agreed = await pair.plan();
    pair.standby.answers.confirm = [SILENT, SILENT];
    expect(await pair.push({}, {}, agreed)).toMatchObject({ outcome: 'unknown' });
    const result = await pair.push({}, {}, agreed);
    expect(result.settled).toMatchObject({ router: 'tokyo-2', end: 'confirmed' });
    expect([result.outcome, result.router, isNew(pair.standby), isNew(pair.active)]).toEqual([
      'pushed',
      'tokyo-1',
      true,
      true,
    ]);
    expect(pair.standby.booting).toEqual(pair.standby.running);
    expect(pair.pushes.last).toMatchObject({ done: ['tokyo-2', 'tokyo-1'], finished: true });
  });

  it('“nothing was changed” is said only where nothing was', async () => {
    const agreed = await pair.plan();
    await expect(pair.push({}, pair.dies, agreed)).rejects.toThrow('ended');
    pair.world.stored = { ...pair.world.stored, automaticSwaps: [pair.world.now] };
    const settling = await pair.push({}, {}, agreed);
    expect([settling.outcome, settling.reason]).toEqual(['refused', 'hold-down']);
    expect(settling.says).toContain('It runs its old configuration again');
    expect(settling.says).toContain('Nothing else was changed');
    const plain = await pair.push({}, {}, agreed);
    expect(plain.says).toMatch(/^Not now: .*\. Nothing was changed\.$/);
  });

  it('a router that does not answer: nothing is planned, and the history has it once', async () => {
    const agreed = await pair.plan();
    await expect(pair.push({}, pair.dies, agreed)).rejects.toThrow('ended');
    pair.standby.answers.undo = [SILENT, SILENT];
    for (const _ of [1, 2]) {
      expect(await pair.push({}, {}, agreed)).toMatchObject({
        outcome: 'refused',
        reason: 'router-unknown',
        settled: { end: 'unknown' },
        routers: [{ name: 'tokyo-2', runs: 'unknown', revertsAt: expect.any(Number) as unknown }],
      });
    }
    expect(pair.history).toEqual(['config-settled-unknown']);
  });

  it('a router that does not answer: its change stays that of its sender, whoever pushes meanwhile', async () => {
    const [eve, bob] = ['eve', 'bob'].map((by) => ({
      by,
      requestedBy: { arn: `arn:aws:iam::123456789012:user/${by}` },
    }));
    const agreed = await pair.plan();
    await expect(pair.push({ id: 'of-eve', ...eve }, pair.dies, agreed)).rejects.toThrow('ended');
    pair.standby.answers.undo = [SILENT];
    expect(await pair.push({ id: 'of-bob', ...bob }, {}, agreed)).toMatchObject({ reason: 'router-unknown' });
    expect((await pair.plan()).interrupted).toMatchObject({ id: 'of-eve', by: 'eve' });
    expect(await pair.ask('settle')).toMatchObject({ outcome: 'undone' });
    const recorded = { id: 'of-eve-tokyo-2-settled', requestedBy: eve?.requestedBy };
    expect(pair.world.history).toMatchObject([recorded, recorded]);
  });

  it('a router that has lost its records: nothing is planned before its timer has acted', async () => {
    const agreed = await pair.plan();
    await expect(pair.push({}, pair.dies, agreed)).rejects.toThrow('ended');
    const lost = says({ outcome: 'nothing', ended: 'unknown' });
    pair.standby.answers.undo = [lost, lost];
    expect(await pair.push({}, {}, agreed)).toMatchObject({ outcome: 'refused', settled: { end: 'unknown' } });
    pair.world.now = (pair.pushes.last?.applying?.undoneBy ?? 0) + 1;
    const result = await pair.push({}, {}, agreed);
    expect([result.settled?.end, result.outcome]).toEqual(['unknown', 'pushed']);
  });
});

it('a topology that is wrong settles nothing: nothing is tried', async () => {
  const agreed = await pair.plan();
  await expect(pair.push({}, pair.dies, agreed)).rejects.toThrow('ended');
  await expect(pair.push({ topology: 'name: [' }, {}, agreed)).rejects.toThrow('topology:1');
  expect([isNew(pair.standby), pair.standby.acts, pair.history]).toEqual([true, ['apply'], []]);
});

describe('broken', () => {
  beforeEach(async () => {
    pair.standby.answers.apply = [says(BROKEN)];
    await pair.push();
  });

  it('stays in the journal, and in every plan', async () => {
    expect(pair.pushes.last?.applying).toMatchObject({ router: 'tokyo-2', state: 'broken' });
    expect((await pair.plan()).interrupted).toMatchObject({ by: 'ann', router: 'tokyo-2', state: 'broken' });
  });

  it('is asked to mend itself by the next push, which does not begin before it is', async () => {
    const agreed = await pair.plan();
    pair.standby.answers.undo = [says(BROKEN), says(BROKEN)];
    for (const _ of [1, 2]) {
      expect(await pair.push({}, {}, agreed)).toMatchObject({ outcome: 'refused', reason: 'router-broken' });
    }
    expect(pair.history).toEqual(['config-router-broken']);
    pair.standby.records['run-2'] = 'undone';
    expect(await pair.push({}, {}, agreed)).toMatchObject({ outcome: 'pushed', settled: { end: 'undone' } });
  });

  it('on the router itself is a reason to refuse, whatever the journal says', async () => {
    pair.standby.pending = { attempt: 'run-0', before: [], undoAt: pair.world.now + 60_000, state: 'broken' };
    pair.pushes.last = undefined;
    expect((await pair.plan()).refusal).toMatchObject({ reason: 'router-broken', router: 'tokyo-2' });
    expect(await pair.push()).toMatchObject({ outcome: 'refused', reason: 'router-broken' });
  });
});

describe('a plan says what a push would say', () => {
  const refusals: [string, () => unknown, string][] = [
    ['an unfit partner', () => (pair.active.ebgp = () => [0, 1]), 'peer-unfit'],
    ['a failover', () => (pair.world.stored = { ...pair.world.stored, automaticSwaps: [pair.world.now] }), 'hold-down'],
    [
      'another instance on its interface, though the deployed one still runs and answers',
      () => {
        const facts = { ...pair.world.ec2['tokyo-2'], interface: 'elsewhere', attachedTo: 'i-0000000000000009a' };
        pair.world.ec2 = { ...pair.world.ec2, 'tokyo-2': facts as never };
      },
      'instance-replaced',
    ],
    ['a router that is silent', () => (pair.active.answers.show = [SILENT, SILENT]), 'silent'],
    ['BGP that cannot be read', () => (pair.standby.answers.bgp = Array<CommandEnd>(4).fill(SILENT)), 'silent'],
    [
      'a router about to have its old configuration again',
      () => {
        const before = pair.standby.running;
        pair.standby.pending = { attempt: 'a', before, undoAt: pair.world.now + 90_000, state: 'applied' };
      },
      'pending',
    ],
  ];
  it.each(refusals)('%s', async (_, arrange, reason) => {
    arrange();
    const { refusal } = await pair.plan();
    arrange();
    const result = await pair.push({ baselines: {} });
    expect([refusal?.reason, result.outcome, result.reason]).toEqual([reason, 'refused', reason]);
    expect(result.says).toContain(refusal?.says);
    expect([...pair.standby.acts, ...pair.active.acts]).toEqual([]);
  });

  it('another push that is under way, and not that it stopped', async () => {
    await pair.push(held);
    const { refusal, interrupted } = await pair.plan();
    expect([refusal?.reason, interrupted]).toEqual(['push-under-way', undefined]);
    expect(await pair.push({ id: 'push-2' })).toMatchObject({ reason: 'push-under-way' });
  });

  it('nothing, where a push would begin or has nothing to do', async () => {
    expect((await pair.plan()).refusal).toBeUndefined();
    pair.standby.ebgp = () => [0, 1];
    pair.active.ebgp = () => [0, 1];
    expect((await pair.plan()).refusal).toBeUndefined();
  });

  it('when a router has its old configuration again, and whether it boots with what it runs', async () => {
    pair.standby.pending = {
      attempt: 'a',
      before: pair.standby.running,
      undoAt: pair.world.now + 90_000,
      state: 'applied',
    };
    pair.active.booting = [];
    expect((await pair.plan()).routers).toMatchObject([
      { name: 'tokyo-2', revertsAt: pair.world.now + 90_000, boots: 'same' },
      { name: 'tokyo-1', revertsAt: undefined, boots: 'other' },
    ]);
  });
});

describe('what was agreed to', () => {
  it('is another plan once another router carries the traffic', async () => {
    const agreed = await pair.plan();
    for (const route of pair.world.targets.keys()) pair.world.targets.set(route, pair.world.site.routers.standby.eni);
    const result = await pair.push({ only: 'tokyo-2' }, {}, agreed);
    expect([result.outcome, result.reason]).toEqual(['refused', 'plan-changed']);
    expect(pair.standby.acts).toEqual([]);
  });

  it('is called off when the traffic moves to it in the last moment', async () => {
    const agreed = await pair.plan();
    const plain = pair.tools();
    const moving = {
      showConfig: async (router: ManagedRouter) => {
        const end = await plain.showConfig(router);
        for (const route of pair.world.targets.keys())
          pair.world.targets.set(route, pair.world.site.routers.standby.eni);
        return end;
      },
    };
    const result = await pair.push({ only: 'tokyo-2' }, moving, agreed);
    expect([result.outcome, result.says]).toEqual(['refused', expect.stringContaining('tokyo-2 carries the traffic')]);
    expect(pair.standby.acts).toEqual([]);
  });

  it('holds for both routers: a finished push has its own configuration, and not that of another push', async () => {
    const ann = await pair.plan();
    expect(await pair.push({}, {}, ann)).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
    const bob = await pair.push({ id: 'push-2', by: 'bob', topology: RENUMBERED });
    expect(bob).toMatchObject({ outcome: 'pushed', router: 'tokyo-2' });
    const next = await pair.push({ only: 'tokyo-1' }, {}, ann);
    expect([next.outcome, next.reason, next.router]).toEqual(['refused', 'plan-changed', 'tokyo-2']);
    expect([isNew(pair.active), next.remaining]).toEqual([false, ['tokyo-2', 'tokyo-1']]);
  });
});

describe('a hold is asked for before the first end is confirmed', () => {
  it('of the router itself, with the time that its timer leaves', async () => {
    await pair.push(held);
    pair.world.now += 30_000;
    const { undoAt = 0 } = pair.standby.pending ?? {};
    const result = await pair.ask('held');
    expect(result).toMatchObject({ outcome: 'held', router: 'tokyo-2', routers: [{ runs: 'new', boots: 'old' }] });
    expect(result.routers[0]?.revertsAt).toBeGreaterThanOrEqual(undoAt);
    expect(isNew(pair.standby)).toBe(true);
  });

  it('and is not there any more once its timer has acted, or it has rebooted', async () => {
    await pair.push(held);
    pair.standby.fireTimer();
    expect(await pair.ask('held')).toMatchObject({ outcome: 'undone', routers: [{ runs: 'old', boots: 'old' }] });
    expect(await pair.ask('confirm')).toMatchObject({ outcome: 'refused', reason: 'nothing-held' });
  });

  it('is not there any more where its timer leaves no time to confirm all ends', async () => {
    await pair.push(held);
    pair.world.now = (pair.standby.pending?.undoAt ?? 0) - 60_000;
    const result = await pair.ask('held');
    expect([result.outcome, stateOf(result)]).toMatchObject(['undone', { runs: 'old', boots: 'old' }]);
    expect([isNew(pair.standby), pair.standby.pending]).toEqual([false, undefined]);
  });

  it('is not known of a router that does not answer', async () => {
    await pair.push(held);
    pair.standby.answers.show = [SILENT];
    expect(await pair.ask('held')).toMatchObject({
      outcome: 'unknown',
      routers: [{ runs: 'unknown', revertsAt: pair.pushes.last?.applying?.undoneBy }],
    });
    expect(await pair.ask('held')).toMatchObject({ outcome: 'held' });
  });

  it('of a push that another push has replaced is not confirmed', async () => {
    expect(await pair.ask('held', { id: 'push-9' })).toMatchObject({
      outcome: 'refused',
      reason: 'nothing-held',
      routers: [{ name: 'tokyo-2', runs: 'unknown', boots: 'unknown' }],
    });
  });
});

describe('a held router whose confirmation does not arrive', () => {
  it('cannot be changed by another push until its timer has acted: its far ends decide', async () => {
    await pair.push(held);
    pair.standby.answers.confirm = [SILENT, SILENT];
    expect(await pair.ask('confirm')).toMatchObject({ outcome: 'unknown' });
    expect(await pair.ask('settle')).toMatchObject({ outcome: 'refused', reason: 'push-under-way' });
    expect(await pair.ask('confirm')).toMatchObject({ outcome: 'pushed' });
  });
});
