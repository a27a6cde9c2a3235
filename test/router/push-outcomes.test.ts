/** What a router answers to a push, and what it has then: one thing that goes wrong each. */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { APPLY_STEP_S } from '#functions/config-push/limits/router-times.ts';
import { packPush } from '#functions/config-push/router/push-file.ts';
import { diffConfig } from '#vyos/diff.ts';
import { ownership } from '#vyos/ownership.ts';
import { parseSetCommand } from '#vyos/quote.ts';
import { renderConfig } from '#vyos/render.ts';
import { examples, routersOf } from '../vyos/topologies.ts';
import { command, inWords, NEW, OLD, PUSH, sides, UNDO_AFTER_S } from './cells/one-push.ts';
import { ALL_NEW, ALL_OLD, OTHER, PushedRouter } from './cells/pushed-router.ts';
import { digestOf, pushFile, type RouterInCells, SECRET, type Words } from './cells/router-in-cells.ts';

let router: PushedRouter;
beforeAll(() => {
  router = new PushedRouter();
});
afterAll(() => router[Symbol.dispose]());
beforeEach(() => router.install(OLD));

it('applies, and keeps what is confirmed', async () => {
  expect(await router.trueAnswerTo('apply')).toEqual({ outcome: 'applied', undoInS: expect.any(Number) as number });
  expect(await router.trueAnswerTo('confirm')).toEqual({ outcome: 'confirmed' });
  expect(await router.trueAnswerTo('undo')).toEqual({ outcome: 'nothing', ended: 'confirmed' });
});

describe('brings the old configuration back', () => {
  it.each(['its timer', 'asking'])('by %s, and nothing else', async (by) => {
    await router.answerTo('apply');
    const { running } = await router.facts();
    const meanwhile = 'protocols static route 192.0.2.0/24 next-hop 10.1.100.1';
    await router.setRunning([...running, meanwhile].map(inWords));
    await (by === 'asking' ? router.answerTo('undo') : router.fireTimers());
    const facts = await router.facts();
    expect(facts.running).toEqual([...OLD.map((words) => words.join(' ')), meanwhile].toSorted());
    expect([facts.daemons, facts.timers]).toEqual([facts.running, []]);
    expect(await router.answerTo('confirm')).toEqual({ outcome: 'nothing', ended: 'undone' });
  });

  it('its timer says when, by the time since boot, and tries again until it could', async () => {
    expect(await router.answerTo('apply')).toMatchObject({ outcome: 'applied' });
    await router.pass(100);
    const { undoInS } = await router.answerTo('apply');
    expect(undoInS).toBeGreaterThan(UNDO_AFTER_S - 110);
    expect(undoInS).toBeLessThanOrEqual(UNDO_AFTER_S - 100);
    await router.faults({ lockedForS: 2000 });
    expect((await router.fireTimers())[0]?.answer).toMatchObject({ outcome: 'busy' });
    await router.pass(2000);
    expect((await router.fireTimers())[0]?.answer).toMatchObject({ outcome: 'undone' });
    expect(await router.sides()).toEqual(ALL_OLD);
  });

  it('also if an operator saved before it was confirmed', async () => {
    await router.answerTo('apply');
    await router.save();
    expect(await router.sides()).toEqual({ ...ALL_NEW });
    expect(await router.trueAnswerTo('undo')).toMatchObject({ outcome: 'undone' });
  });

  it('if the configuration was changed after it was applied', async () => {
    await router.answerTo('apply');
    const { running } = await router.facts();
    await router.setRunning(running.map((line) => inWords(line.replace('mtu 1300', 'mtu 1200'))));
    expect(await router.trueAnswerTo('confirm')).toMatchObject({
      outcome: 'undone',
      says: expect.stringMatching(/was changed after it was applied/) as unknown,
    });
  });

  it('with the unmanaged lines that an interrupted commit removed', async () => {
    const { names } = await router.act(command('apply', await router.facts()));
    await router.install(OLD);
    await router.act(command('apply', await router.facts()), names.indexOf('commit active') + 1);
    expect((await router.facts()).running.join('\n')).not.toContain('system login');
    expect(await router.trueAnswerTo('undo')).toMatchObject({ outcome: 'undone' });
    expect((await router.facts()).running).toContain('system login banner post-login hello');
  });
});

describe('a router that does other things', () => {
  /** Unmanaged lines, in the same parts of the configuration. */
  const theirs = [
    'interfaces tunnel tun7 address 192.0.2.1/30',
    'protocols bgp neighbor 192.0.2.2 remote-as 64999',
    'protocols bgp system-as 65001',
    'vpn ipsec site-to-site peer partner remote-address 192.0.2.9',
    'vpn ipsec ike-group partner-ike lifetime 86400',
  ];
  const ours = [
    'set interfaces tunnel tun0 mtu 1300',
    'set protocols bgp neighbor 169.254.10.2 remote-as 65002',
    'set vpn ipsec ike-group ike-initiate lifetime 28800',
    'set protocols bgp system-as 65001',
  ];

  async function adopt(): Promise<string[]> {
    await router.install(theirs.map(inWords));
    const running = theirs.map((line) => `set ${line}`);
    const { commands } = diffConfig(running, ours, { previous: [], adopting: true });
    const { bootId, uptime } = await router.facts();
    const file = packPush(commands, [ours], running, { id: bootId, notAfter: Math.floor(uptime) + 120 });
    const base = digestOf(theirs.map(inWords));
    const change = { SSM_Base: base, SSM_File: file?.packed ?? '', SSM_Sha256: file?.sha256 ?? '' };
    expect(await router.answerTo('apply', change)).toMatchObject({ outcome: 'applied' });
    return (await router.facts()).running.toSorted();
  }

  it('keeps them in a push', async () => {
    expect(await adopt()).toEqual(
      [...new Set([...theirs, ...ours.map((line) => line.slice('set '.length))])].toSorted(),
    );
  });

  it('has them, and no managed lines, when the push is undone', async () => {
    await adopt();
    expect(await router.answerTo('undo')).toMatchObject({ outcome: 'undone' });
    expect((await router.facts()).running.toSorted()).toEqual(theirs.toSorted());
  });
});

describe('leaves the old configuration', () => {
  it.each<[string, Parameters<RouterInCells['faults']>[0], string, RegExp]>([
    [
      'where VyOS refuses a part of it',
      { partial: 2, area: ['interfaces'] },
      'undone',
      /\[\[interfaces tunnel\]\] failed/,
    ],
    ['where a script crashes, with its last words', { crashes: 1, area: ['interfaces'] }, 'undone', /bgpd says no/],
    ['where a commit says that it went well, and did nothing', { lies: 1 }, 'undone', /is not in force/],
    ['where VyOS does not take a value', { refuse: '1300' }, 'undone', /"1300" is not a valid value .*failed/],
    ['where VyOS has no such node', { unknown: 'next-hop' }, 'undone', /refused "set .*next-hop.*": .*is not valid/],
    ['where somebody commits all the time', { lockedForS: 100_000 }, 'busy', /committing all the time/],
    ['where there is no timer', { noTimers: 1 }, 'refused', /rollback timer could not be started/],
    ['where /config is full', { configFull: true }, 'refused', /data for the rollback could not be written/],
    ['where it cannot be read', { failedReads: 1000 }, 'busy', /could not be read whole/],
  ])('%s', async (_, faults, outcome, says) => {
    await router.faults(faults);
    expect(await router.answerTo('apply')).toMatchObject({ outcome, says: expect.stringMatching(says) as unknown });
    await router.faults({});
    const facts = await router.facts();
    expect([sides(facts), facts.timers]).toEqual([ALL_OLD, []]);
    expect(await router.answerTo('apply', OTHER)).toMatchObject({ outcome: 'applied' });
  });

  it('of a push that was refused, whenever the same command comes again', async () => {
    await router.faults({ noTimers: 1 });
    const refused = await router.answerTo('apply');
    expect(refused).toMatchObject({ outcome: 'refused', why: 'timer' });
    expect(await router.answerTo('apply')).toEqual(refused);
  });

  it('while another push is pending, or when the configuration has changed since the plan', async () => {
    expect(await router.answerTo('apply', { SSM_Base: '0'.repeat(64) })).toMatchObject({
      outcome: 'refused',
      why: 'changed',
    });
    await router.answerTo('apply', OTHER);
    expect(await router.answerTo('apply', { SSM_Push: PUSH.replace('0', '3') })).toMatchObject({
      outcome: 'refused',
      why: 'pending',
    });
    expect(await router.answerTo('confirm', { SSM_Push: PUSH.replace('0', '4') })).toEqual({
      outcome: 'nothing',
      ended: 'never',
    });
  });

  it('before VyOS has booted', async () => {
    await router.remove('tmp/vyos-config-status');
    expect(await router.answerTo('apply')).toMatchObject({ outcome: 'refused', why: 'booting' });
    expect((await router.show()).said).toMatch(/has not finished booting/);
  });

  it('of an interrupted session of the same number: its staged changes are not committed', async () => {
    await router.faults({ staleSession: inWords('interfaces tunnel tun0 address 203.0.113.99/32') });
    await router.answerTo('apply');
    expect(await router.answerTo('confirm')).toEqual({ outcome: 'confirmed' });
    expect(await router.sides()).toEqual(ALL_NEW);
  });
});

describe('what it boots with', () => {
  it.each(['1.3.0', '1.4.0'])('is whole where the disk is full while VyOS %s saves', async (version) => {
    await router.install(OLD, version);
    await router.answerTo('apply');
    await router.faults({ diskFull: 1 });
    expect(await router.trueAnswerTo('confirm')).toMatchObject({
      outcome: 'undone',
      says: expect.stringMatching(/could not be saved/) as unknown,
    });
  });

  it('is whole where VyOS saves nothing but a footer, as before it has booted', async () => {
    await router.answerTo('apply');
    await router.remove('tmp/vyos-config-status');
    expect(await router.trueAnswerTo('confirm')).toMatchObject({
      outcome: 'undone',
      says: expect.stringMatching(
        /could not be saved: the saved configuration differs from the running one/,
      ) as unknown,
    });
  });

  it('is reported beside the running configuration, also before 1.4, where the file has default values', async () => {
    for (const version of ['1.3.0', '1.4.0']) {
      await router.install([...OLD, inWords('vpn ipsec esp-group esp lifetime 1800')], version);
      const shown = await router.shown();
      expect([shown.boots, shown.push]).toEqual([shown.digest, null]);
      await router.setRunning(NEW);
      const later = await router.shown();
      expect([later.boots === later.digest, later.boots]).toEqual([false, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    }
    await router.write('config/config.boot', 'interfaces {\n    tunn');
    expect((await router.show()).answer).toMatchObject({ boots: null });
  });
});

describe('how a push ended', () => {
  it('is known after a reboot', async () => {
    await router.answerTo('apply');
    await router.answerTo('confirm');
    await router.reboot();
    expect(await router.answerTo('confirm')).toEqual({ outcome: 'nothing', ended: 'confirmed' });
    expect(await router.answerTo('apply')).toEqual({ outcome: 'confirmed' });
  });

  it('is undone after a reboot before it was confirmed', async () => {
    await router.answerTo('apply');
    await router.reboot();
    expect(await router.answerTo('confirm')).toEqual({ outcome: 'nothing', ended: 'undone' });
    expect(await router.sides()).toEqual(ALL_OLD);
  });

  it('is confirmed if an operator saved, and it rebooted', async () => {
    await router.answerTo('apply');
    await router.save();
    await router.reboot();
    expect(await router.answerTo('undo')).toEqual({ outcome: 'nothing', ended: 'confirmed' });
    expect(await router.sides()).toEqual(ALL_NEW);
  });

  it('is unknown where what was written down cannot be read, and nothing stands in the way of the next one', async () => {
    await router.write('config/vyos-failover/push/records', '{"0f8f');
    expect(await router.answerTo('undo')).toEqual({ outcome: 'nothing', ended: 'unknown' });
    expect(await router.answerTo('apply', OTHER)).toMatchObject({ outcome: 'applied' });
  });

  it('is kept for the last twenty', async () => {
    const id = (index: number) => ({ SSM_Push: PUSH.replace(/^0f8f/, String(1000 + index)) });
    for (let index = 0; index < 21; index += 1) await router.answerTo('undo', id(index));
    expect(await router.answerTo('apply', id(1))).toMatchObject({ outcome: 'refused', why: 'ended' });
    expect(await router.answerTo('apply', id(0))).toMatchObject({ outcome: 'applied' });
  });

  it('is shown while it has not: its state, and when its timer acts', async () => {
    await router.answerTo('apply');
    const { push, boot } = await router.shown();
    expect(push).toEqual({ id: PUSH, state: 'applied', undoInS: expect.any(Number) as number });
    expect(boot).toEqual({ id: (await router.facts()).bootId, uptime: Math.floor((await router.facts()).uptime) });
    await router.faults({ crashes: 99, partial: 99, area: ['interfaces'] });
    const broken = await router.answerTo('undo');
    expect(broken).toMatchObject({ outcome: 'broken', boots: 'old', retryInS: 60 });
    expect((await router.show()).answer).toMatchObject({ push: { state: 'broken' } });
    expect(await router.answerTo('apply')).toEqual(broken);
    await router.faults({});
    await router.fireTimers();
    expect([await router.sides(), (await router.facts()).timers]).toEqual([ALL_OLD, []]);
    expect(await router.answerTo('apply', OTHER)).toMatchObject({ outcome: 'applied' });
  });
});

describe('a reading', () => {
  it('of half of the configuration, as during a commit, does not count', async () => {
    const whole = await router.shown();
    await router.faults({ halfReads: 1 });
    expect((await router.show()).answer).toMatchObject({ digest: whole.digest });
    await router.faults({ halfReads: 3, failedReads: 1 });
    expect(await router.trueAnswerTo('apply')).toMatchObject({ outcome: 'applied' });
  });

  it('that never becomes whole is none', async () => {
    await router.faults({ lockedForS: 1000 });
    const { answer, said } = await router.show();
    expect([answer, said]).toEqual([
      null,
      expect.stringMatching(/could not be read whole for 20 s: another process has been committing/),
    ]);
  });

  it.each([
    ['U+2028', 'to\u2028osaka'],
    ['NEL', 'a\u0085b'],
    ['a form feed', 'a\fb'],
    ['backslashes and what a shell would take', 'C:\\new\\\\ $HOME `id` {{x}} ß 😀'],
    ['a backslash at its end', 'see C: \\'],
    ['a quote in the file', 'say \\"hello\\"'],
    ['words of the file itself', '} interfaces { /* no comment */ // either'],
  ])('is not stopped by %s in unmanaged text, and neither is a push', async (_, value) => {
    const banner = ['system', 'login', 'banner', 'pre-login', value];
    await router.install([...OLD, banner]);
    expect(await router.answerTo('apply')).toMatchObject({ outcome: 'applied' });
    expect(await router.answerTo('confirm')).toEqual({ outcome: 'confirmed' });
    const { running, boots } = await router.facts();
    expect([running, boots]).toEqual([expect.arrayContaining([banner.join(' ')]), running]);
  });

  it('shows all managed lines, of every example', async () => {
    for (const each of examples) {
      for (const { name: of, vyos } of routersOf(each)) {
        if (vyos === '1.1') continue;
        const { lines } = renderConfig(each, of);
        const paths = lines.map((line) => parseSetCommand(line, 0) ?? []);
        const { rootOf } = ownership(paths, []);
        expect(paths.filter((path) => rootOf(path) === undefined)).toEqual([]);
        await router.install(paths, `${vyos}.0`);
        const { config, digest } = await router.shown();
        const shown = gunzipSync(Buffer.from(config, 'base64')).toString().trimEnd().split('\n');
        expect(shown).toHaveLength(lines.length);
        expect(digest).toBe(digestOf(paths));
        expect(diffConfig(shown, lines, { previous: lines }).drift).toEqual({ added: [], removed: [] });
      }
    }
  });
});

describe('bad input is refused, and the router has what it had', () => {
  const file = (words: readonly Words[], boot: unknown) => pushFile(words, [inWords('system host-name')], boot);
  const good = [inWords('set system host-name x')];
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));

  it.each<[string, (boot: { id: string; notAfter: number }) => Readonly<Record<string, string>>, string, RegExp]>([
    [
      'another hash',
      (boot) => ({ ...file(good, boot), SSM_Sha256: '0'.repeat(64) }),
      'file',
      /SHA-256 of the push does not match/,
    ],
    ['no gzip', (boot) => ({ ...file(good, boot), SSM_File: 'AAAA' }), 'file', /is incomplete/],
    [
      'one byte less',
      (boot) => ({ ...file(good, boot), SSM_File: cut(file(good, boot).SSM_File) }),
      'file',
      /is incomplete/,
    ],
    ['one that unpacks to 200 MB', () => ({ SSM_File: bomb.toString('base64') }), 'file', /too large/],
    ['no JSON', () => packed('{'), 'file', /no.*JSON|not JSON/],
    ['what lay in a queue', (boot) => file(good, { ...boot, notAfter: boot.notAfter - 121 }), 'expired', /too late/],
    ['what is from before a reboot', (boot) => file(good, { ...boot, id: 'x' }), 'expired', /before a reboot/],
    ['no deadline by the router’s own clock', () => file(good, undefined), 'file', /no start deadline/],
    [
      'a path outside the managed configuration',
      (boot) => pushFile([inWords('set system login user eve')], [inWords('system login')], boot),
      'file',
      /(outside the managed configuration|not an allowed command)/,
    ],
    [
      'a command that is not allowed',
      (boot) => file([...good, inWords('delete interfaces ethernet')], boot),
      'file',
      /(outside the managed configuration|not an allowed command)/,
    ],
    [
      'a word with a line end',
      (boot) => file([['set', 'system', 'host-name', 'x\n']], boot),
      'file',
      /not lists of words/,
    ],
  ])('%s', async (_, change, why, says) => {
    const { bootId, uptime } = await router.facts();
    const answer = await router.answerTo('apply', change({ id: bootId, notAfter: Math.floor(uptime) + 120 }));
    expect(answer).toMatchObject({ outcome: 'refused', why, says: expect.stringMatching(says) as unknown });
    expect(await router.sides()).toEqual(ALL_OLD);
  });

  function cut(base64: string): string {
    return Buffer.from(base64, 'base64').subarray(0, -1).toString('base64');
  }
  function packed(text: string) {
    return { SSM_File: gzipSync(text).toString('base64'), SSM_Sha256: createHash('sha256').update(text).digest('hex') };
  }

  it.each([
    ['a line end after it, as of `put-parameter --value file://`', 'abc\n'],
    ['nothing', ''],
    ['a backslash', 'a\\b'],
    ['257 characters', 'x'.repeat(257)],
  ])('a secret with %s', async (_, value) => {
    await router.secret(value);
    const answer = await router.answerTo('apply');
    await router.secret(SECRET);
    expect(answer).toMatchObject({
      outcome: 'refused',
      why: 'secret',
      says: expect.stringContaining('/vyos-failover/test/psk') as unknown,
    });
    expect(await router.sides()).toEqual(ALL_OLD);
  });
});

it('a push of 3 427 commands takes one session, and less than its step may', async () => {
  const lines = Array.from({ length: 3427 }, (_, index) =>
    inWords(`protocols bgp neighbor 10.${index >> 8}.${index & 255}.1 remote-as 65002`),
  );
  const { bootId, uptime } = await router.facts();
  const file = pushFile(
    lines.map((words) => ['set', ...words]),
    [inWords('protocols bgp')],
    { id: bootId, notAfter: Math.floor(uptime) + 9 },
  );
  const { answer, names } = await router.act({ ...command('apply', { bootId, uptime }), ...file });
  expect(answer).toMatchObject({ outcome: 'applied' });
  expect(names.filter((name) => name === 'load')).toHaveLength(1);
  expect((await router.facts()).uptime - uptime).toBeLessThan(APPLY_STEP_S);
});

describe('a push of what is there already', () => {
  /** As for a router that runs what it should and boots with something else. */
  const same = async (): Promise<Readonly<Record<string, string>>> => {
    const { bootId, uptime } = await router.facts();
    const host = inWords('system host-name tokyo-1');
    return pushFile([['set', ...host]], [host], { id: bootId, notAfter: Math.floor(uptime) + 9 });
  };

  beforeEach(async () => {
    const changed = OLD.filter((words) => !words.includes('mtu'));
    await router.setRunning(changed);
  });

  it('is confirmed, and booted with from then on', async () => {
    const { digest, boots } = await router.shown();
    expect(boots).not.toBe(digest);
    const applied = await router.answerTo('apply', { ...(await same()), SSM_Base: digest });
    expect(applied).toMatchObject({ outcome: 'applied' });
    expect(await router.answerTo('confirm')).toEqual({ outcome: 'confirmed' });
    const now = await router.shown();
    expect([now.digest, now.boots]).toEqual([digest, digest]);
    expect((await router.facts()).timers).toEqual([]);
  });

  it('that is taken back leaves both as they were', async () => {
    const before = await router.shown();
    await router.answerTo('apply', { ...(await same()), SSM_Base: before.digest });
    expect(await router.answerTo('undo')).toMatchObject({ outcome: 'undone' });
    const now = await router.shown();
    expect([now.digest, now.boots]).toEqual([before.digest, before.boots]);
  });
});
