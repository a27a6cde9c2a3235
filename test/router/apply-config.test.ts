/** The documents' real scripts, as SSM runs them. What they answer to all that can go wrong: push-outcomes.test.ts. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { undoOfFailedTakesS } from '#functions/config-push/limits/router-times.ts';
import { routerProgram } from '#infra/router-program.ts';
import { SimulatedVyos } from '#simulated-vyos/simulated-vyos.ts';
import { inWords, PUSH } from './cells/one-push.ts';
import { pushFile } from './cells/router-in-cells.ts';

const OLD = [
  'set system login user vyos authentication plaintext-password hunter2',
  'set system host-name tokyo-1',
  'set interfaces tunnel tun0 mtu 1414',
  'set vpn ipsec authentication psk far secret old-key',
];
const NEW = OLD.map((line) => line.replace('mtu 1414', 'mtu 1300'));

const SCRIPTS = { 'apply-config': routerProgram('apply-config'), 'show-config': routerProgram('show-config') };
const UNDO = {
  SSM_Action: 'undo',
  SSM_Push: PUSH,
  SSM_Base: '-',
  SSM_File: '-',
  SSM_Sha256: '-',
  SSM_UndoAfter: '0',
};

let folder: string;
let router: SimulatedVyos;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apply-config-'));
  router = SimulatedVyos.install(join(folder, 'router'), OLD);
  for (const [script, lines] of Object.entries(SCRIPTS))
    writeFileSync(join(folder, script), lines.join('\n'), { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(script: string, variables: Readonly<Record<string, string>> = {}) {
  const { path, env } = router.shell;
  // As the SSM agent: in a process group of its own, which is ended as a whole.
  const { status, signal, stdout, stderr } = spawnSync('setsid', ['--wait', join(folder, script)], {
    env: { ...env, ...variables, PATH: `${variables['PATH_BEFORE'] ?? path}:${path}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  expect(stdout + stderr).not.toMatch(/old-key|hunter2/);
  return {
    status,
    signal,
    said: stdout + stderr,
    answer: (stdout.startsWith('{') ? JSON.parse(stdout) : null) as unknown,
  };
}

function act(action: string, change: Readonly<Record<string, string>> = {}) {
  return run('apply-config', { ...UNDO, SSM_Action: action, ...(action === 'apply' ? toApply() : {}), ...change });
}

function toApply() {
  const { digest, boot } = run('show-config').answer as { digest: string; boot: { id: string; uptime: number } };
  const commands = [inWords('set interfaces tunnel tun0 mtu 1300')];
  const file = pushFile(commands, [inWords('interfaces tunnel')], { id: boot.id, notAfter: boot.uptime + 120 });
  return { SSM_Base: digest, SSM_UndoAfter: '300', ...file };
}

const sides = () => [router.running, router.daemons, router.saved];

it('apply and confirm', () => {
  expect(act('apply').answer).toMatchObject({ outcome: 'applied' });
  expect([sides(), router.timers.length]).toEqual([[NEW.toSorted(), NEW.toSorted(), OLD.toSorted()], 1]);
  const pending = statSync(join(router.folder, 'run/push/pending'));
  expect((pending.mode & 0o077).toString(8)).toBe('0');
  expect(act('confirm')).toMatchObject({ status: 0, answer: { outcome: 'confirmed' } });
  expect([sides(), router.timers]).toEqual([[NEW.toSorted(), NEW.toSorted(), NEW.toSorted()], []]);
});

it('an undo by the timer that hangs is ended, and none that takes as long as the largest push', () => {
  act('apply');
  const timer = JSON.parse(readFileSync(join(router.folder, `timers/${router.timers[0]}.json`), 'utf8')) as Timer;
  const commands = 3427;
  const waitsForOthers = 300;
  expect(timer.longest).toBeGreaterThan(undoOfFailedTakesS(commands) + waitsForOthers);
  expect(timer.longest).toBeLessThan(3600);
});

interface Timer {
  /** s. */
  readonly longest: number;
}

it('a push that ends during its commit, with all its processes, is rolled back by its timer', () => {
  router.faults({ killAt: 'commit active' });
  expect(act('apply')).toMatchObject({ answer: null, said: '' });
  router.faults({});
  expect(router.daemons).toEqual(NEW.toSorted());
  router.fireTimers();
  expect([sides(), router.timers]).toEqual([[OLD.toSorted(), OLD.toSorted(), OLD.toSorted()], []]);
});

it('one at a time: what comes meanwhile does nothing, and says so', () => {
  const locked = ['-n', join(router.folder, 'run/push/lock'), join(folder, 'apply-config')];
  act('undo');
  const { path, env } = router.shell;
  const { stdout } = spawnSync('flock', locked, {
    env: { ...env, ...UNDO, PATH: `${path}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).toEqual({ outcome: 'busy', says: expect.stringMatching(/another action/) as unknown });
});

it('a session whose program alone was ended, for example by the OOM killer, still runs: nothing is rolled back meanwhile', () => {
  const go = join(router.folder, 'go');
  execFileSync('mkfifo', [go]);
  router.faults({ orphanAt: 'load' });
  expect(act('apply')).toMatchObject({ answer: null });
  const meanwhile = act('undo').answer;
  writeFileSync(go, '');
  execFileSync('flock', [join(router.folder, 'run/push/lock'), 'true']);
  expect(meanwhile).toMatchObject({ outcome: 'busy', says: expect.stringMatching(/another action/) as unknown });
});

it('a program that is at work is not written to by another delivery of it, which began at the same time', () => {
  // The first delivery has got as far as its first file, when all of a second one comes.
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const once = `[ -f '${folder}/second' ] || { touch '${folder}/second'; '${folder}/apply-config' >'${folder}/second'; cd '${router.folder}/run'; ls -i --full-time -l apply-config-????????????/* >'${folder}/files'; }`;
  writeFileSync(join(bin, 'gzip'), `#!/bin/bash\n${once}\nexec /usr/bin/gzip "$@"\n`, { mode: 0o755 });
  const answer = act('undo', { PATH_BEFORE: bin });
  expect(answer).toMatchObject({ status: 0, answer: { outcome: 'nothing' } });
  expect(JSON.parse(readFileSync(join(folder, 'second'), 'utf8'))).toMatchObject({ outcome: 'nothing' });
  const files = execFileSync('bash', ['-c', 'ls -i --full-time -l apply-config-????????????/*'], {
    cwd: join(router.folder, 'run'),
  }).toString();
  expect(files).toBe(readFileSync(join(folder, 'files'), 'utf8'));
  expect(files.trim().split('\n').length).toBeGreaterThan(10);
});

it.each(Object.entries(SCRIPTS))(
  '%s has no here-document: bash 5.0 puts each into a file, which a full disk has no room for',
  (_, lines) => {
    expect(lines.filter((line) => line.includes('<<'))).toEqual([]);
  },
);

it('show-config ends with one sentence on a router without the library of VyOS', () => {
  const elsewhere = spawnSync(join(folder, 'show-config'), {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', VYOS_FAILOVER_RUN: join(folder, 'run') },
    encoding: 'utf8',
  });
  expect(elsewhere).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^not VyOS 1\.3 or later: [^\n]+\n$/) as string,
  });
});

it('invalid parameters that SSM accepted are refused before anything is done', () => {
  for (const [name, value] of [
    ['Action', 'reboot'],
    ['Push', 'x; id'],
    ['Push', `${PUSH}\n`],
    ['Base', '$(id)'],
    ['Base', `${'0'.repeat(64)}\n`],
    ['Sha256', '0'.repeat(65)],
    ['File', "'"],
    ['UndoAfter', '-1'],
  ] as const)
    expect(run('apply-config', { ...UNDO, [`SSM_${name}`]: value })).toMatchObject({
      status: 2,
      said: expect.stringContaining(`SSM_${name} is missing or malformed`) as unknown,
    });
  expect(existsSync(join(router.folder, 'run'))).toBe(false);
});

it('is Python that VyOS 1.3 understands', () => {
  const check =
    'import ast,glob;[ast.parse(open(f).read(),feature_version=(3,7)) for f in glob.glob("router/apply-config.d/*.py")]';
  expect(() => execFileSync('/usr/bin/python3', ['-c', check], { stdio: 'pipe' })).not.toThrow();
});
