import { beforeEach, describe, expect, it } from 'vitest';
import { undoOfFailedTakesS } from '#functions/config-push/limits/router-times.ts';
import { watchPushes } from '#functions/health-probe/watch-pushes.ts';
import { SILENT } from './fake-routers.ts';
import { isNew, PushedPair, RENUMBERED } from './pushed-pair.ts';

let pair: PushedPair;
beforeEach(() => {
  pair = new PushedPair();
});

const held = { topology: RENUMBERED, only: 'tokyo-2', hold: true };

/** A round of health-probe, and what config-push does if it is asked. */
async function round(): Promise<string> {
  const { pushes, now, log } = pair.tools();
  const { metric } = pair.world.tools();
  let settled: string | undefined;
  const settlePush = async () => {
    settled = (await pair.ask('settle')).outcome;
  };
  const asked = await watchPushes({ pushes, now, log, metric, settlePush });
  return asked ? `asked: ${settled}` : 'not asked';
}

describe('a hold that was not ended, because the command line crashed', () => {
  beforeEach(() => pair.push(held));

  it('is left alone while it may still be confirmed', async () => {
    pair.world.now += 60_000;
    expect([await round(), isNew(pair.standby)]).toEqual(['not asked', true]);
    expect(await pair.ask('confirm')).toMatchObject({ outcome: 'pushed' });
    expect(await round()).toBe('not asked');
  });

  it('stands in the history and raises the alarm once its timer has acted, and once only', async () => {
    pair.world.now = (pair.pushes.last?.applying?.undoneBy ?? 0) + 1;
    expect([await round(), await round()]).toEqual(['asked: undone', 'not asked']);
    expect([pair.history, pair.alarms, isNew(pair.standby)]).toEqual([['config-settled-undone'], 1, false]);
    expect(pair.world.history[0]?.says).toMatch(/ann pushed a configuration\. tokyo-2: the push of ann stopped midway/);
    expect((await pair.plan()).interrupted).toBeUndefined();
  });
});

describe('a run that crashed', () => {
  it('is settled once its lease is over, with the alarm', async () => {
    const agreed = await pair.plan();
    const { store } = pair.pushes;
    // Lambda ends it: it does not even give its lease back.
    const dead = { ...pair.dies, pushes: { ...store, update: dyingAfter(1) } };
    await expect(pair.push({}, dead, agreed)).rejects.toThrow('ended');
    expect([await round(), isNew(pair.standby)]).toEqual(['not asked', true]);
    pair.world.now = (pair.pushes.last?.leasedUntil ?? 0) + 1;
    expect([await round(), isNew(pair.standby), pair.alarms]).toEqual(['asked: undone', false, 1]);
  });

  it('is waited for no longer than its own step could take', async () => {
    const agreed = await pair.plan();
    const { store } = pair.pushes;
    const began = pair.world.now;
    const dead = { ...pair.dies, pushes: { ...store, update: dyingAfter(1) } };
    await expect(pair.push({}, dead, agreed)).rejects.toThrow('ended');
    expect((pair.pushes.last?.leasedUntil ?? 0) - began).toBeLessThan(450_000);
  });

  it('while it applied a large push: its undo is not cut off before the router can have done it, nor later than the function ends', async () => {
    const agreed = await pair.plan();
    await expect(pair.push({}, pair.dies, agreed)).rejects.toThrow('ended');
    const commands = 2_000;
    const deadlines: number[] = [];
    const { last } = pair.pushes;
    if (last?.applying === undefined) throw new Error('nothing is left');
    const left = { ...last, leasedUntil: 0, applying: { ...last.applying, commands } };
    for (const endsInMs of [900_000, 200_000]) {
      pair.pushes.last = left;
      await pair.ask('settle', {
        endsAt: pair.world.now + endsInMs,
        applyConfig: (_router, _parameters, deadlineMs) => {
          deadlines.push(deadlineMs);
          return Promise.resolve(SILENT);
        },
      });
    }
    expect(deadlines[0]).toBeGreaterThanOrEqual(undoOfFailedTakesS(commands) * 1000);
    expect(deadlines[1]).toBeLessThan(200_000);
  });

  /** This many writes of the journal succeed. */
  function dyingAfter(writes: number): PushedPair['pushes']['store']['update'] {
    const { update } = pair.pushes.store;
    let left = writes;
    return (journal) => ((left -= 1) < 0 ? Promise.reject(new Error('the function was ended')) : update(journal));
  }
});

describe('a router that was well and to be kept', () => {
  it('and did not receive it is asked again, and kept: no alarm', async () => {
    pair.standby.answers.confirm = [SILENT, SILENT];
    expect(await pair.push()).toMatchObject({ outcome: 'unknown' });
    const before = pair.alarms;
    expect(await round()).toBe('asked: pushed');
    expect([isNew(pair.standby), pair.standby.pending, pair.alarms]).toEqual([true, undefined, before]);
    expect(pair.pushes.last).toMatchObject({ done: ['tokyo-2'], applying: undefined, finished: false });
    expect(pair.pushes.configs['tokyo-2']?.id).toBe('push-1');
  });
});

describe('a router that cannot be settled', () => {
  it('keeps the alarm up, and stands in the history once', async () => {
    pair.standby.answers = { apply: ['lost'], undo: [SILENT, SILENT, SILENT] };
    expect(await pair.push()).toMatchObject({ outcome: 'unknown' });
    expect([await round(), await round(), await round()]).toEqual([
      'asked: unknown',
      'asked: unknown',
      'asked: undone',
    ]);
    expect(pair.history).toEqual(['config-router-unknown', 'config-settled-undone']);
    expect(pair.alarms).toBe(4);
  });
});

describe('a router that could not restore its configuration, and does not answer any more', () => {
  const BROKEN = { outcome: 'broken', says: 'the commit failed', boots: 'old', retryInS: 60 };

  it('stays broken in the journal, and keeps the alarm up, however long it is silent', async () => {
    pair.standby.answers = { apply: [{ kind: 'answered', output: JSON.stringify(BROKEN) }] };
    expect(await pair.push()).toMatchObject({ outcome: 'broken' });
    pair.world.now = (pair.pushes.last?.applying?.undoneBy ?? 0) + 1;
    pair.standby.answers = { undo: [SILENT, SILENT] };
    expect([await round(), await round()]).toEqual(['asked: unknown', 'asked: unknown']);
    expect(pair.pushes.last?.applying).toMatchObject({ router: 'tokyo-2', state: 'broken' });
    const says = await pair.ask('settle', { applyConfig: () => Promise.resolve(SILENT) });
    expect(says).toMatchObject({ outcome: 'unknown', says: expect.not.stringContaining('runs the old one') as string });
    expect(await round()).toBe('asked: undone');
  });

  it('is over once an operator has mended and rebooted it: its configuration is neither the old nor the new one, and a push reads it', async () => {
    pair.standby.answers = { apply: [{ kind: 'answered', output: JSON.stringify(BROKEN) }] };
    await pair.push();
    pair.standby.reboot();
    pair.world.now = (pair.pushes.last?.applying?.undoneBy ?? 0) + 1;
    const output = JSON.stringify({ outcome: 'nothing', ended: 'unknown' });
    pair.standby.answers = { undo: [{ kind: 'answered', output }] };
    expect([await round(), await round()]).toEqual(['asked: unknown', 'not asked']);
    expect(pair.history).toEqual(['config-router-broken', 'config-settled-unknown']);
    expect(await pair.push()).toMatchObject({ outcome: 'pushed' });
  });

  it('is over once another instance is on its interface, which knows of no push', async () => {
    pair.standby.answers = { apply: [{ kind: 'answered', output: JSON.stringify(BROKEN) }] };
    const { running } = pair.standby;
    await pair.push();
    pair.standby.running = [...running];
    pair.standby.pending = undefined;
    for (const attempt of Object.keys(pair.standby.records)) Reflect.deleteProperty(pair.standby.records, attempt);
    expect([await round(), await round()]).toEqual(['asked: undone', 'not asked']);
    expect(await pair.push()).toMatchObject({ outcome: 'pushed' });
  });

  it('is refused with the section of the runbook that has the way out', async () => {
    pair.standby.answers = { apply: [{ kind: 'answered', output: JSON.stringify(BROKEN) }] };
    await pair.push();
    const agreed = await pair.plan();
    pair.standby.answers = { undo: [SILENT] };
    const { outcome, says } = await pair.push({}, {}, agreed);
    expect([outcome, says]).toEqual([
      'refused',
      expect.stringContaining('(docs/runbook.md, "A router that is broken")'),
    ]);
  });
});

describe('settling', () => {
  it('leaves a push alone that is at work', async () => {
    let said: unknown;
    const change = pair.whileWaiting(async () => {
      said ??= await pair.ask('settle');
    });
    expect(await pair.push({}, change)).toMatchObject({ outcome: 'pushed' });
    expect(said).toMatchObject({ outcome: 'refused', reason: 'push-under-way' });
  });

  it('has nothing to do where nothing was left', async () => {
    expect(await pair.ask('settle')).toMatchObject({ outcome: 'unchanged', reason: 'nothing-to-settle' });
    await pair.push();
    expect(await pair.ask('settle')).toMatchObject({ outcome: 'unchanged' });
    expect(await round()).toBe('not asked');
  });

  it('that cannot be asked for costs the probe nothing but a line in its log', async () => {
    const { now, log } = pair.tools();
    const journal = () => Promise.reject(new Error('connect ETIMEDOUT'));
    const settlePush = () => Promise.reject(new Error('AccessDenied'));
    expect(await watchPushes({ pushes: { journal }, now, log, metric: () => undefined, settlePush })).toBe(false);
    expect(pair.world.logged).toMatchObject([{ level: 'error' }]);
  });
});
