import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packPush } from '#functions/config-push/push-file.ts';
import { readRunningConfig } from '#functions/config-push/running-config.ts';
import { routerProgram } from '#infra/router-program.ts';
import { SimulatedVyos } from '#lab/simulated-vyos/simulated-vyos.ts';
import { diffConfig } from '#vyos/diff.ts';
import { ownership } from '#vyos/ownership.ts';
import { parseSetCommand } from '#vyos/quote.ts';
import { renderConfig } from '#vyos/render.ts';
import { example, examples, routersOf } from '../vyos/topologies.ts';

const topology = example('tokyo-virginia');
const SECRET = 'correct-horse-battery-staple';
const ATTEMPT = '0f8fad5b-d9cb-469f-a165-70867728950e';
const wanted = renderConfig(topology, 'tokyo-1').lines;
const asRunning = wanted.map((line) => line.replace(/'\{\{ssm:.*\}\}'/, SECRET));
/** Two leaves that change and one that goes. */
const next = wanted
  .filter((line) => !line.includes('log-neighbor-changes'))
  .map((line) => line.replace('mtu 1414', 'mtu 1300').replace('route 10.1.0.0/20', 'route 10.1.16.0/20'));

let folder: string;
let router: SimulatedVyos;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apply-config-'));
  router = SimulatedVyos.install(join(folder, 'router'), asRunning);
  for (const [script, modules] of [['apply-config'], ['show-config', ['running.py', 'show_config.py']]] as const) {
    writeFileSync(join(folder, script), routerProgram(script, modules && [...modules]).join('\n'));
    chmodSync(join(folder, script), 0o755);
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly said: string;
  readonly answer: {
    readonly outcome?: string;
    readonly why?: string;
    readonly says?: string;
    readonly ended?: string;
  };
}

function run(script: string, variables: Readonly<Record<string, string>> = {}): Ended {
  const { path, env } = router.shell;
  const ended = spawnSync(join(folder, script), {
    env: { ...env, ...variables, PATH: `${path}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  const said = ended.stdout + ended.stderr;
  expect(said).not.toContain(SECRET);
  return {
    status: ended.status,
    said,
    answer: ended.stdout.startsWith('{') ? (JSON.parse(ended.stdout) as object) : {},
  };
}

const show = () => {
  const found = readRunningConfig({ kind: 'answered', output: run('show-config').said });
  if ('why' in found) throw new Error(found.why);
  return found;
};

function apply(target: readonly string[], change: Readonly<Record<string, string>> = {}): Ended {
  const { lines, digest } = show();
  const { commands } = diffConfig(lines, target, { previous: wanted });
  const file = packPush(commands, [target, wanted], { id: 'boot', notAfter: 1e9 });
  return act('apply', {
    Base: digest,
    Sha256: file?.sha256 ?? '-',
    File: file?.packed ?? '-',
    UndoAfter: '300',
    ...change,
  });
}

function act(action: string, change: Readonly<Record<string, string>> = {}): Ended {
  const parameters = { Action: action, Push: ATTEMPT, Base: '-', Sha256: '-', File: '-', UndoAfter: '0', ...change };
  return run(
    'apply-config',
    Object.fromEntries(Object.entries(parameters).map(([key, value]) => [`SSM_${key}`, value])),
  );
}

describe('show-config', () => {
  it('shows what is ours to compare, without secrets and without the rest', () => {
    router.running = [...asRunning, 'set system login user vyos authentication plaintext-password hunter2'];
    const { version, lines } = show();
    expect(version).toBe('1.4.0');
    expect(lines.join('\n')).not.toMatch(/hunter2|system login/);
    expect(diffConfig(lines, wanted, { previous: wanted })).toEqual({
      commands: [],
      drift: { added: [], removed: [] },
    });
  });

  it('says in a sentence that a router without the library of VyOS cannot be read', () => {
    const elsewhere = spawnSync(join(folder, 'show-config'), {
      cwd: folder,
      env: { PATH: '/usr/bin:/bin' },
      encoding: 'utf8',
    });
    expect(elsewhere).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^this is no VyOS 1\.3 or later: [^\n]+\n$/) as string,
    });
  });

  it('shows all that is ours, of every example', () => {
    for (const each of examples) {
      for (const { name: of } of routersOf(each)) {
        const { lines } = renderConfig(each, of);
        const paths = lines.map((line) => parseSetCommand(line, 0) ?? []);
        const rootOf = ownership(paths);
        expect(paths.filter((path) => rootOf(path) === undefined)).toEqual([]);
        router.running = lines.map((line) => line.replace(/'\{\{ssm:.*\}\}'/, SECRET));
        expect(show().lines).toHaveLength(lines.length);
      }
    }
  });
});

describe('apply-config', () => {
  it('applies, and keeps what is confirmed', () => {
    expect(apply(next).answer).toMatchObject({ outcome: 'applied' });
    expect(router.running.join('\n')).toMatch(/mtu 1300/);
    expect([router.saved.join('\n').includes('mtu 1300'), router.timers.length]).toEqual([false, 1]);
    expect(act('confirm').answer).toEqual({ outcome: 'confirmed' });
    expect([router.saved.join('\n').includes('mtu 1300'), router.timers.length]).toEqual([true, 0]);
    expect(act('confirm').answer).toEqual({ outcome: 'nothing', ended: 'confirmed' });
    expect(act('undo').answer).toEqual({ outcome: 'nothing', ended: 'confirmed' });
  });

  it('leaves the old configuration where the daemons do not take the new one, with their words', () => {
    const old = router.running;
    const given = join(folder, 'given');
    const program = join(router.folder, 'commit');
    writeFileSync(program, `#!/bin/sh\ncat >'${given}'\necho 'bgpd says no' >&2\nexit 1\n`, { mode: 0o755 });
    const { outcome, says } = apply(next).answer;
    expect([outcome, says]).toEqual(['undone', expect.stringContaining('bgpd says no')]);
    expect(readFileSync(given, 'utf8').split('\n')).toContain("set interfaces tunnel tun0 mtu '1300'");
    expect([router.running, router.timers]).toEqual([old, []]);
  });

  it.each(['the timer', 'asking'])('brings back what was there, by %s, and nothing else', (by) => {
    const old = router.running;
    apply(next);
    const meanwhile = 'set protocols static route 192.0.2.0/24 next-hop 10.1.100.1';
    router.running = [...router.running, meanwhile];
    if (by === 'the timer') router.fireTimers();
    else act('undo');
    expect(router.running).toEqual([...old, meanwhile].toSorted());
    expect([router.timers, act('confirm').answer]).toEqual([[], { outcome: 'nothing', ended: 'undone' }]);
  });

  it('brings secrets back as they were', () => {
    const old = router.running;
    apply(wanted.filter((line) => !line.includes('vpn ipsec')));
    expect(router.running.join('\n')).not.toContain(SECRET);
    router.fireTimers();
    expect(router.running).toEqual(old);
  });

  it('keeps what it needs for that from other users', () => {
    apply(next);
    const pending = statSync(join(router.folder, 'run/push/pending'));
    expect((pending.mode & 0o077).toString(8)).toBe('0');
  });

  it.each<[string, Parameters<SimulatedVyos['faults']>[0], string, RegExp]>([
    [
      'a commit that fails halfway',
      { partial: 1, area: ['protocols', 'bgp'] },
      'undone',
      /failed partially: \(not shown\)/,
    ],
    ['a commit that says it went well and did nothing', { lies: 1 }, 'undone', /is not in force/],
    ['a value that VyOS does not take', { refuse: '1300' }, 'undone', /refused "set .* mtu 1300".*validation failed/],
    ['somebody else who commits all the time', { locked: 5 }, 'undone', /locked due to another commit/],
    ['no timer', { noTimers: 1 }, 'refused', /way back could not be prepared/],
  ])('leaves the old configuration after %s', (_, faults, outcome, says) => {
    const old = router.running;
    router.faults(faults);
    const { answer } = apply(next);
    expect([answer.outcome, answer.says]).toEqual([outcome, expect.stringMatching(says)]);
    expect([router.running, router.saved, router.timers]).toEqual([old, old, []]);
    router.faults({});
    expect(apply(next).answer).toMatchObject({ outcome: 'applied' });
  });

  it('waits for somebody else’s commit', () => {
    router.faults({ locked: 4 });
    expect(apply(next).answer).toMatchObject({ outcome: 'applied' });
  });

  it('takes back what it cannot save', () => {
    const old = router.running;
    apply(next);
    router.faults({ diskFull: 1 });
    expect(act('confirm').answer).toMatchObject({
      outcome: 'undone',
      says: expect.stringContaining('No space') as unknown,
    });
    expect([router.running, router.saved]).toEqual([old, old]);
  });

  it('says so when the old configuration cannot be brought back, and leaves the timer to try again', () => {
    const old = router.running;
    apply(next);
    router.faults({ locked: 5 });
    expect(act('undo').answer).toMatchObject({ outcome: 'broken' });
    expect(router.timers).toHaveLength(1);
    router.fireTimers();
    expect(router.running).toEqual(old);
  });

  it('forgets everything in a reboot, which itself brings the old configuration back', () => {
    const old = router.running;
    apply(next);
    router.reboot();
    expect([router.running, act('confirm').answer]).toEqual([old, { outcome: 'nothing', ended: 'unknown' }]);
  });

  it('does nothing while another push is pending, or when somebody changed something since the plan', () => {
    expect(apply(next, { Base: '0'.repeat(64) }).answer).toMatchObject({ outcome: 'refused', why: 'changed' });
    apply(next);
    const other = { Push: '11111111-d9cb-469f-a165-70867728950e' };
    expect(apply(wanted, other).answer).toMatchObject({ outcome: 'refused', why: 'pending' });
    expect(act('confirm', other).answer).toEqual({ outcome: 'nothing', ended: 'unknown' });
  });

  it.each<[string, readonly string[], number, Readonly<Record<string, string>>, string]>([
    ['another hash', ['set system host-name x'], Date.now(), { Sha256: '0'.repeat(64) }, 'another SHA-256'],
    ['no gzip', ['set system host-name x'], Date.now(), { File: 'AAAA' }, 'did not arrive whole'],
    ['what lay in a queue', ['set system host-name x'], Date.now() - 600_000, {}, 'came too late'],
    ['somebody else’s part', ['set system login user eve level admin'], Date.now(), {}, 'not for us to change'],
    [
      'somebody else’s part beside ours',
      ['set system host-name x', 'delete interfaces ethernet eth0'],
      Date.now(),
      {},
      'not for us',
    ],
  ])('refuses %s', (_, commands, at, change, says) => {
    const old = router.running;
    const file = packPush(commands, [wanted], { id: 'boot', notAfter: at / 1000 });
    const { answer } = act('apply', {
      Base: show().digest,
      Sha256: file?.sha256 ?? '',
      File: file?.packed ?? '',
      UndoAfter: '300',
      ...change,
    });
    expect(answer).toMatchObject({ outcome: 'refused', says: expect.stringContaining(says) as unknown });
    expect([router.running, router.timers]).toEqual([old, []]);
  });

  it.each([
    ['Action', 'reboot'],
    ['Push', 'x; id'],
    ['Base', '$(id)'],
    ['File', "'"],
    ['UndoAfter', '-1'],
  ])('refuses %s=%s, whatever SSM let through', (name, value) => {
    expect(act('undo', { [name]: value })).toMatchObject({
      status: 2,
      said: expect.stringContaining(`SSM_${name} is missing or malformed`) as unknown,
    });
  });
});

it('is Python that VyOS 1.3 understands', () => {
  const check =
    'import ast,glob;[ast.parse(open(f).read(),feature_version=(3,7)) for f in glob.glob("router/apply-config.d/*.py")]';
  expect(() => execFileSync('python3', ['-c', check], { stdio: 'pipe' })).not.toThrow();
});
