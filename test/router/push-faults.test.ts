/** What else goes on on a router while a configuration is pushed: crashes, full disks, commit hooks, other sessions. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { command, OLD, UNDO_AFTER_S } from './cells/one-push.ts';
import { ALL_NEW, ALL_OLD, OTHER, PushedRouter, type ShownConfig } from './cells/pushed-router.ts';
import { digestOf } from './cells/router-in-cells.ts';

let router: PushedRouter;
beforeAll(() => {
  router = new PushedRouter();
});
afterAll(() => router[Symbol.dispose]());
beforeEach(() => router.install(OLD));

describe('around the push', () => {
  it('what a crash says is its reason, without the text of VyOS’s support, and from a whole word on', async () => {
    await router.faults({ crashes: 1, area: ['interfaces'] });
    const says = JSON.stringify(await router.answerTo('apply'));
    expect(says).toContain('bgpd says no');
    expect(says).not.toMatch(/using VyOS|issue completing/);
  });

  it('an empty password, as in VyOS’s own first configuration, does not blank what went wrong', async () => {
    const empty = [
      ['system', 'login', 'user', 'vyos', 'authentication', 'plaintext-password', ''],
      ['system', 'login', 'user', 'eve', 'authentication', 'plaintext-password', 'two  blanks'],
    ];
    await router.install([...OLD, ...empty]);
    await router.faults({ refuse: '1300' });
    expect(await router.answerTo('apply')).toMatchObject({
      outcome: 'undone',
      says: expect.stringMatching(/"1300" is not/) as unknown,
    });
  });

  it('a byte that is not UTF-8, in unmanaged text, stops no push', async () => {
    const banner = ['system', 'login', 'banner', 'pre-login', 'caf\udce9'];
    await router.install([...OLD, banner]);
    expect(await router.answerTo('apply')).toMatchObject({ outcome: 'applied' });
    expect(await router.answerTo('undo')).toMatchObject({ outcome: 'undone' });
  });

  it('a program that a commit hook of the operator has left running is no commit', async () => {
    await router.write('proc/4711/environ', 'HOME=/root\0COMMIT_VIA=vyos-failover\0');
    await router.write('proc/4711/comm', 'monitor\n');
    expect(await router.trueAnswerTo('apply')).toMatchObject({ outcome: 'applied' });
    await router.write('proc/4712/environ', 'HOME=/root\0COMMIT_VIA=vyos-failover\0');
    await router.write('proc/4712/comm', 'my_commit\n');
    expect(await router.answerTo('undo')).toMatchObject({ outcome: 'busy' });
  });

  it('a commit hook that saves makes it boot with nothing that is not confirmed', async () => {
    await router.faults({ hookSaves: true });
    expect(await router.trueAnswerTo('apply')).toMatchObject({ outcome: 'applied' });
    expect(await router.trueAnswerTo('undo')).toMatchObject({ outcome: 'undone' });
    expect(await router.answerTo('apply', OTHER)).toMatchObject({ outcome: 'applied' });
    expect(await router.answerTo('confirm', OTHER)).toEqual({ outcome: 'confirmed' });
    expect(await router.sides()).toEqual(ALL_NEW);
  });

  it('a disk that has become read-only keeps neither an undo from its end nor an answer from who asks again', async () => {
    await router.answerTo('apply');
    await router.faults({ configReadOnly: true });
    expect(await router.trueAnswerTo('undo')).toMatchObject({ outcome: 'undone' });
    expect(await router.trueAnswerTo('undo')).toEqual({ outcome: 'nothing', ended: 'undone' });
    expect(await router.answerTo('apply', OTHER)).toMatchObject({ outcome: 'refused', why: 'disk' });
  });

  it('a full /run is reported, and the timer rolls back when there is room', async () => {
    await router.answerTo('apply');
    await router.faults({ runFull: true });
    expect(await router.trueAnswerTo('undo')).toMatchObject({
      outcome: 'broken',
      says: expect.stringMatching(/No space left/) as unknown,
    });
    expect(await router.sides()).toMatchObject({ runs: 'new', boots: 'old' });
    await router.faults({});
    await router.fireTimers();
    expect([await router.sides(), await router.answerTo('confirm')]).toEqual([
      ALL_OLD,
      { outcome: 'nothing', ended: 'undone' },
    ]);
  });

  it('where VyOS sets up no session nothing was begun, and nothing has to be put right', async () => {
    await router.faults({ noSession: 1 });
    const { answer, names } = await router.act(command('apply', await router.facts()));
    expect(answer).toMatchObject({
      outcome: 'undone',
      says: expect.stringMatching(/set up config session/) as unknown,
    });
    expect([names.filter((name) => name === 'session'), await router.sides()]).toEqual([['session'], ALL_OLD]);
  });

  it.each(['[]', '{"0f8fad5b-d9cb-469f-a165-70867728950e": 1}', '{"0f8fad5b-d9cb-469f-a165-70867728950e": {}}'])(
    'records that say %s say nothing',
    async (text) => {
      await router.write('config/vyos-failover/push/records', text);
      expect(await router.answerTo('undo')).toEqual({ outcome: 'nothing', ended: 'unknown' });
      expect(await router.answerTo('apply', OTHER)).toMatchObject({ outcome: 'applied' });
    },
  );

  it('an attempt that ended before its timer was set blocks no other push, and has no time', async () => {
    const { names } = await router.act(command('apply', await router.facts()));
    await router.install(OLD);
    await router.act(command('apply', await router.facts()), names.indexOf('systemd-run') + 1);
    expect((await router.show()).answer).toMatchObject({ push: { state: 'applying', undoInS: null } });
    expect(await router.answerTo('apply', OTHER)).toMatchObject({ outcome: 'applied' });
    expect(await router.answerTo('undo')).toEqual({ outcome: 'nothing', ended: 'never' });
  });

  it('a commit with an unknown end is not reported as nothing, however long others commit', async () => {
    const { names } = await router.act(command('apply', await router.facts()));
    await router.install(OLD);
    const facts = await router.facts();
    const at = names.indexOf('commit done') + 1;
    await router.faults({ crashes: 1, area: ['interfaces'] });
    const { answer } = await router.act(command('apply', facts), at, 'locked for ever');
    expect(answer).toMatchObject({ outcome: 'broken', boots: 'old' });
    await router.faults({});
    await router.fireTimers();
    expect(await router.sides()).toEqual(ALL_OLD);
  });

  it('where it is broken it is tried again as soon as it says, not only when the push would have been undone', async () => {
    await router.faults({ crashes: 99, partial: 99, area: ['interfaces'] });
    const { uptime } = await router.facts();
    const { outcome, retryInS } = await router.answerTo('apply');
    expect([outcome, retryInS]).toEqual(['broken', 60]);
    expect((await router.show()).answer).toMatchObject({ push: { state: 'broken', undoInS: 60 } });
    const begun = (await router.facts()).uptime;
    await router.faults({});
    await router.fireTimers();
    expect(await router.sides()).toEqual(ALL_OLD);
    expect((await router.facts()).uptime - uptime).toBeLessThan(begun - uptime + 60 + UNDO_AFTER_S / 2);
  });

  it('a reading while the push ends shows one moment, not the half of two', async () => {
    await router.answerTo('apply');
    const { push, digest } = (await router.show(3, 'undone')).answer as unknown as ShownConfig;
    expect([push, digest]).toEqual([null, digestOf(OLD.filter((words) => words[1] !== 'login'))]);
  });

  it('no copy of the boot file is readable by more users than the boot file, at any time', async () => {
    const modes = async () => (await router.facts()).modes;
    await router.answerTo('apply');
    const { names } = await router.act(command('confirm', await router.facts()));
    await router.install(OLD);
    const steps = await router.record(command('apply', await router.facts()));
    for (const { at } of steps.states) {
      await router.restore(String(at));
      for (const [name, mode] of Object.entries(await modes())) expect([name, mode & 0o007]).toEqual([name, 0]);
    }
    await router.install(OLD);
    await router.answerTo('apply');
    await router.act(command('confirm', await router.facts()), names.indexOf('save writes') + 1);
    for (const [name, mode] of Object.entries(await modes())) expect([name, mode & 0o007]).toEqual([name, 0]);
  });
});
