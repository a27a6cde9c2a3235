import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished, vi } from 'vitest';
import { detectionOf } from '#demo/network-model.ts';
import { bfddTerminal, type FakeBfdd, type FakeSession, timersOf } from './bfdd.fixture.ts';
import { scriptPath } from './router.fixture.ts';

const PEER = '169.254.254.2';
const session = (facts: Partial<FakeSession> = {}): FakeSession => ({
  peer: PEER,
  status: 'up',
  received: 0,
  ...facts,
});

/** bfd-changes with a bfdd that has these sessions, and the lines that it has printed. */
async function watching(sessions: FakeSession[]): Promise<{ bfdd: FakeBfdd; lines: string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'bfdd-'));
  const bfdd = await bfddTerminal(join(directory, 'bfdd.vty'), sessions);
  const child = spawn(scriptPath('bfd-changes'), [join(directory, 'bfdd.vty'), PEER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    child.kill();
    await rm(directory, { recursive: true });
  });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  await until(() => bfdd.asked > 2);
  return { bfdd, lines };
}

const until = (holds: () => boolean) => vi.waitUntil(holds, { timeout: 30_000, interval: 5 });

/** So many questions later. */
async function asked(bfdd: FakeBfdd, times: number): Promise<void> {
  const from = bfdd.asked;
  await until(() => bfdd.asked >= from + times);
}

/** The value of an expression of Python, which has the program as `module`, and the argument as `sys.argv[2]`. */
function evaluated(expression: string, argument: string): unknown {
  const program = `
import importlib.machinery, importlib.util, json, sys
loader = importlib.machinery.SourceFileLoader("bfd_changes", sys.argv[1])
module = importlib.util.module_from_spec(importlib.util.spec_from_loader("bfd_changes", loader))
loader.exec_module(module)
print(json.dumps(${expression}))`;
  const options = { encoding: 'utf8' } as const;
  return JSON.parse(
    execFileSync('/usr/bin/python3', ['-B', '-c', program, scriptPath('bfd-changes'), argument], options),
  );
}

it('tells that packets stay away, and that they are back', async () => {
  const pair = session();
  const { lines } = await watching([pair]);

  await until(() => lines.length === 1);
  pair.received += 1;
  await until(() => lines.length === 2);
  pair.received += 1;
  await until(() => lines.length === 3);

  expect(lines).toEqual([expect.stringMatching(/^silent \d+$/), 'heard', expect.stringMatching(/^silent \d+$/)]);
});

it.each([
  ['50 ms × 6: before the session is down', [{ interval: 50, multiplier: 6 }], [0.15, 0.27]],
  [
    '100 ms × 3: when it is down, or a router frozen for 0.5 s is not found alive',
    [{ interval: 100, multiplier: 3 }],
    [0.15, 0.3],
  ],
  ['300 ms × 3', [{ interval: 300, multiplier: 3 }], [0.45, 0.6]],
  ['10 s × 3: not long before', [{ interval: 10_000, multiplier: 3 }], [19, 20]],
  ['10 ms × 30', [{ interval: 10, multiplier: 30 }], [0.15, 0.29]],
  ['two sessions: by the slower one', [{}, { interval: 300, multiplier: 3, vrf: 'blue' }], [0.45, 0.6]],
  ['two sessions, one of them down', [{}, { interval: 300, multiplier: 3, vrf: 'blue', status: 'down' }], [0.15, 0.27]],
] as const)('tells it, and has `confirm` count, with %s', (_what, sessions, seconds) => {
  const timers = JSON.stringify(timersOf(sessions.map(session)));
  expect(evaluated('[round(limit, 3) for limit in module.limits(json.loads(sys.argv[2]))]', timers)).toEqual(seconds);
});

/** When `confirm` counts from, ms, if bfdd gives these answers: at which time, ms, and how many packets it has counted. */
function countsFrom(answers: readonly (readonly [at: number, received: number])[]): number {
  const looks = `[
    silence.look(None)
    for now in [[0]]
    for module.time in [type('Clock', (), {
      'CLOCK_BOOTTIME': 0, 'monotonic': lambda: now[0] / 1000, 'clock_gettime': lambda _: now[0] / 1000,
    })]
    for silence in [module.Silence('${PEER}')]
    for at, received in json.loads(sys.argv[2])
    for module.ask in [lambda _, command: now.__setitem__(0, at) or json.dumps([{
      'peer': '${PEER}', 'status': 'up', 'control-packet-input': received,
      'receive-interval': 50, 'remote-transmit-interval': 50, 'remote-detect-multiplier': 6,
    }]).encode() + module.END + b'0']
  ]`;
  const printed = evaluated(looks, JSON.stringify(answers)) as (string | null)[];
  return Number(/^silent (\d+)$/.exec(printed.join(''))?.[1]);
}

/** So many answers that count no other packet, as far apart. */
const silent = (from: number, apart = 10) =>
  Array.from({ length: 25 }, (_, index) => [from + apart * (index + 1), 2] as const);

it('counts a silence from the middle between two answers, because the last packet arrived at any time between them', () => {
  const answers = [[990, 1], [1000, 2], ...silent(1000)] as const;
  // Plus 0.22 s and one interval.
  expect(countsFrom(answers)).toBe(995 + 270);
});

it.each([
  ['the answer that counts it is late', [[990, 1], [1030, 2], ...silent(1030)], 1030],
  ['the answer that counts it is late, and the next one', [[990, 1], [1030, 2], ...silent(1060)], 1030],
  ['all answers are late', [[960, 1], [1000, 2], ...silent(1000, 40)], 1000],
] as const)(
  'finds a router alive that was frozen for 0.5 s, if its last packet arrived just before the answer, and %s',
  (_, answers, arrived) => {
    const frozenUntil = arrived + 50 + 500;
    const lastAsked = countsFrom(answers) + 300 - 10;
    expect(lastAsked).toBeGreaterThanOrEqual(frozenUntil + 5);
  },
);

it.each([
  ['another session with it receives packets', { peer: PEER, vrf: 'blue' }],
  ['a session with it that is not up receives packets', { peer: PEER, vrf: 'blue', status: 'down' }],
] as const)('tells nothing while %s', async (_what, other) => {
  const heard = session(other);
  const { bfdd, lines } = await watching([session(), heard]);
  bfdd.onCounters = () => void (heard.received += 1);

  await asked(bfdd, 25);

  expect(lines.filter((line) => line.startsWith('silent'))).toEqual([]);
});

it.each([
  ['no session with it is up', [session({ status: 'down' })]],
  ['only another far end is silent', [session({ peer: '169.254.10.1' })]],
])('tells nothing when %s', async (_what, sessions) => {
  const { bfdd, lines } = await watching(sessions);

  await asked(bfdd, 25);

  expect(lines).toEqual([]);
});

it('does not count the time in which bfdd did not answer', async () => {
  const pair = session();
  const { bfdd, lines } = await watching([pair]);
  bfdd.onCounters = () => {
    pair.received += 1;
    bfdd.slowMs = 250;
  };

  await asked(bfdd, 8);

  expect(lines).toEqual([]);
});

it('tells of sessions that change their state where FRR has no counts in JSON', async () => {
  const pair = session();
  const { bfdd, lines } = await watching([pair]);
  bfdd.counts = false;
  lines.length = 0;
  await asked(bfdd, 25);

  pair.status = 'down';
  await until(() => lines.length === 1);

  expect(lines).toEqual(['bfd']);
});

it.each([
  [50, 6],
  [300, 3],
  [1_000, 3],
  [1_000, 10],
  [10, 2],
  [20, 3],
])('tells of a silence at an interval of %i ms × %i when the demo’s model of it does', (intervalMs, multiplier) => {
  const program = `
import json, runpy, sys
of = runpy.run_path(sys.argv[1])
told, counts = of["limits"](json.loads(sys.argv[2]))
print(json.dumps([max(told, of["MISSING_AFTER"]), counts]))`;
  const timers = {
    status: 'up',
    'receive-interval': intervalMs,
    'remote-transmit-interval': intervalMs,
    'remote-detect-multiplier': multiplier,
  };
  const printed = execFileSync('python3', ['-c', program, scriptPath('bfd-changes'), JSON.stringify([timers])]);
  const [told = 0, counts] = (JSON.parse(String(printed)) as number[]).map((seconds) => Math.round(seconds * 1_000));

  const { silence, detectedMs } = detectionOf({ profile: 'fast', bfd: { intervalMs, multiplier } })(() => 0);

  // A session that is down is not silent any more.
  expect(silence).toEqual(told < detectedMs ? { atMs: told, confirmFromMs: counts } : undefined);
});
