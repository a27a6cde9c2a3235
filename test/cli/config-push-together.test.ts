import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadTopology } from '#topology/load.ts';
import { FakeRouter, SILENT } from '../functions/fake-routers.ts';
import type { Surroundings } from './command-line.ts';
import { FILE, type PushedSite, PushedSites } from './pushed-sites.ts';

/** Both tunnels get other networks. */
const RENUMBERED = FILE.replace('169.254.10.0/30', '169.254.20.0/30').replace('169.254.10.4/30', '169.254.20.4/30');
const ALL = ['tokyo-1', 'tokyo-2', 'virginia-1', 'virginia-2'];

let sites: PushedSites;
const isNew = (name: string) => sites.router(name).running.join('\n').includes('169.254.20.');
const changed = () => ALL.filter(isNew);
const run = (line: readonly string[], around: Surroundings = {}) =>
  sites.run(['config', 'push', '-', ...line], { stdin: RENUMBERED, ...around });

beforeEach(() => {
  sites = new PushedSites();
  for (const [one, other] of [
    ['tokyo-1', 'virginia-1'],
    ['tokyo-2', 'virginia-2'],
  ] as const) {
    for (const end of [one, other]) sites.router(end).ebgp = () => [isNew(one) === isNew(other) ? 1 : 0, 1];
  }
});

describe('both ends of a tunnel', () => {
  it('change at the same time, those without the traffic first, and are confirmed when both are well', async () => {
    const { exitCode, stdout } = await run(['--yes']);
    expect([exitCode, changed()]).toEqual([0, ALL]);
    expect(sites.asked).toEqual([
      'tokyo-2 hold',
      'virginia-2 hold',
      'tokyo-2 held',
      'virginia-2 held',
      'tokyo-2 confirm',
      'virginia-2 confirm',
      'tokyo-1 hold',
      'virginia-1 hold',
      'tokyo-1 held',
      'virginia-1 held',
      'tokyo-1 confirm',
      'virginia-1 confirm',
    ]);
    expect(stdout).toContain(
      '✓ tokyo: tokyo-2 and tokyo-1 have their new configuration.\n' +
        '✓ virginia: virginia-2 and virginia-1 have their new configuration.\n',
    );
    expect(ALL.map((name) => sites.router(name).pending)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('are shown before the confirmation, with the tunnel, and in JSON', async () => {
    const { exitCode, stderr, stdout } = await run(['--dry-run', '--json']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      'tokyo-2 and virginia-2 change together: tokyo-2--virginia-2 would be down until all of them have changed.',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      steps: [
        { routers: ['tokyo-2', 'virginia-2'], tunnels: [['tokyo-2', 'virginia-2']] },
        { routers: ['tokyo-1', 'virginia-1'], tunnels: [['tokyo-1', 'virginia-1']] },
      ],
    });
    expect(sites.asked).toEqual([]);
  });

  it('of one tunnel leave the others out of it', async () => {
    const { exitCode } = await run(['--yes'], { stdin: FILE.replace('169.254.10.4/30', '169.254.20.4/30') });
    expect([exitCode, changed()]).toEqual([0, ['tokyo-2', 'virginia-2']]);
  });

  it('of which --site names one are undone, and that is said before', async () => {
    const { exitCode, stderr } = await run(['--yes', '--site', 'tokyo']);
    expect([exitCode, changed()]).toEqual([1, []]);
    expect(stderr).toContain('note: tokyo-2 changes its tunnel with virginia-2, which --site leaves out');
  });
});

describe('a group of which one does not get there has its old configuration at all ends', () => {
  it.each<[string, () => void, Record<string, string>]>([
    [
      'one refuses',
      () =>
        void (sites.router('virginia-2').answers.apply = [
          says({ outcome: 'refused', why: 'secret', says: 'ParameterNotFound' }),
        ]),
      { tokyo: 'undone', virginia: 'refused' },
    ],
    [
      'one undoes it itself',
      () => void (sites.router('virginia-2').answers.apply = [says({ outcome: 'undone', says: 'the commit failed' })]),
      { tokyo: 'undone', virginia: 'undone' },
    ],
    [
      'BGP comes back at neither',
      () => void (sites.router('virginia-2').ebgp = () => [isNew('virginia-2') ? 0 : 1, 1]),
      { virginia: 'undone' },
    ],
    ['one function dies', () => dies('virginia'), { virginia: 'undone' }],
    [
      'one router falls silent',
      () =>
        void (sites.router('virginia-2').answers = {
          apply: ['lost'],
          undo: Array(12).fill(SILENT) as (typeof SILENT)[],
        }),
      { virginia: 'unknown' },
    ],
    [
      'one router does not take the confirmation',
      () => void (sites.router('tokyo-2').answers.confirm = Array(6).fill(SILENT) as (typeof SILENT)[]),
      { tokyo: 'unknown', virginia: 'undone' },
    ],
    [
      'one router cannot save it',
      () =>
        void (sites.router('tokyo-2').answers.confirm = [says({ outcome: 'undone', says: 'No space left on device' })]),
      { virginia: 'undone' },
    ],
  ])('%s', async (_, arrange, outcomes) => {
    arrange();
    const { exitCode, stdout } = await run(['--yes', '--json']);
    for (const name of ALL) sites.router(name).fireTimer();
    expect([exitCode, changed()]).toEqual([1, []]);
    const said = JSON.parse(stdout) as { sites: { site: string; outcome: string; says: string; pushed: string[] }[] };
    expect(Object.fromEntries(said.sites.map(({ site, outcome }) => [site, outcome]))).toMatchObject(outcomes);
    expect(said.sites.map(({ pushed }) => pushed)).toEqual([[], []]);
    expect(sites.asked.filter((each) => /-1 /.test(each))).toEqual([]);
  });

  it('and the wait for it ends with the first that does not answer', async () => {
    sites.router('virginia-2').answers.apply = [says({ outcome: 'refused', why: 'secret', says: 'ParameterNotFound' })];
    const tokyo = sites.sites.get('vyos-failover-tokyo-virginia--tokyo--config-push');
    const began = tokyo?.world.now ?? 0;
    await run(['--yes']);
    expect(sites.asked).toEqual(['tokyo-2 hold', 'virginia-2 hold', 'tokyo-2 undo']);
    // tokyo-2 itself would wait for its far end for a minute.
    expect((tokyo?.world.now ?? 0) - began).toBeLessThan(60_000);
  });

  it('and what was done before it stays, and is said', async () => {
    sites.router('virginia-1').ebgp = () => [isNew('virginia-1') ? 0 : 1, 1];
    const { exitCode, stdout } = await run(['--yes', '--json']);
    expect([exitCode, changed()]).toEqual([1, ['tokyo-2', 'virginia-2']]);
    expect(JSON.parse(stdout)).toMatchObject({
      sites: [{ pushed: ['tokyo-2'], remaining: ['tokyo-1'] }, { pushed: ['virginia-2'] }],
    });
  });
});

it('a confirmation that only one end received is reported, with the time when the tunnel goes down and the command; the next push is that', async () => {
  sites.router('virginia-2').answers.confirm = [says({ outcome: 'undone', says: 'No space left on device' })];
  sites.router('virginia-2').answers.undo = Array(12).fill(SILENT) as (typeof SILENT)[];
  const { exitCode, stdout } = await run(['--yes']);
  sites.router('virginia-2').fireTimer();
  expect([exitCode, changed()]).toEqual([1, ['tokyo-2']]);
  expect(stdout).toContain('virginia-2: No space left on device.');
  expect(stdout).toMatch(
    /\n✗ tokyo-2--virginia-2 will be down from .*Z: then virginia-2 runs its old configuration again/,
  );
  expect(stdout).toMatch(/\n\nNext: vyos-failover config push -\n$/);
  sites.router('virginia-2').answers = {};
  const again = await run(['--yes']);
  expect([again.exitCode, changed()]).toEqual([0, ALL]);
});

it('a second end that went back says that the tunnel is down, and who has what', async () => {
  sites.router('virginia-2').act = (parameters) => {
    if (parameters['Action'] === 'confirm') sites.router('virginia-2').fireTimer();
    return FakeRouter.prototype.act.call(sites.router('virginia-2'), parameters);
  };
  const { exitCode, stdout } = await run(['--yes']);
  expect([exitCode, changed()]).toEqual([1, ['tokyo-2']]);
  expect(stdout).toContain(
    '✗ tokyo-2--virginia-2 is down: tokyo-2 has the new configuration, virginia-2 has the old one.\n',
  );
});

it('a second end that falls silent when it is to be confirmed is called what it is: not known', async () => {
  const silent = () => SILENT;
  sites.instead = ({ payload }) => {
    const { action, router } = payload as { action: string; router?: string };
    if (action === 'confirm' && router === 'virginia-2')
      Object.assign(sites.router('virginia-2'), { act: silent, show: silent, bgp: silent });
    return undefined;
  };
  const { exitCode, stdout } = await run(['--yes']);
  expect([exitCode, changed()]).toEqual([1, ['tokyo-2', 'virginia-2']]);
  expect(stdout).toMatch(/tokyo-2--virginia-2 may be down: tokyo-2 has the new .*, virginia-2 has one of the two/);
  expect(stdout).toMatch(/\nvirginia-2 +unknown +unknown +by .*Z, unless confirmed\n/);
});

it('a confirmation whose answer gets lost on the way to the desk is asked for again', async () => {
  let lost = 0;
  sites.instead = async (call) => {
    if ((call.payload as { action: string }).action !== 'confirm' || (lost += 1) > 1) return undefined;
    await sites.sites.get(call.functionName)?.answer(call.payload);
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  };
  expect([(await run(['--yes'])).exitCode, changed()]).toEqual([0, ALL]);
});

it('a confirmation that meets another function at work is asked for again: it says nothing of the router', async () => {
  let met = 0;
  sites.instead = ({ payload }) => {
    const { action, router } = payload as { action: string; router?: string };
    if (action !== 'confirm' || router !== 'tokyo-2' || (met += 1) > 1) return undefined;
    return { outcome: 'refused', reason: 'push-under-way', says: 'Not now: another push has begun.', remaining: [] };
  };
  expect([(await run(['--yes'])).exitCode, changed()]).toEqual([0, ALL]);
});

it('a tunnel that would take both routers of a site with it is refused by name, with what to do', async () => {
  const star = FILE.replace(
    /tunnels:[\s\S]*$/,
    `tunnels:
  - { between: [tokyo-1, virginia-1], network: 169.254.10.0/30 }
  - { between: [tokyo-1, virginia-2], network: 169.254.10.4/30 }
  - { between: [tokyo-2, virginia-2], network: 169.254.10.8/30 }
`,
  );
  const { topology: of } = loadTopology(star, 'star');
  if (of === undefined) throw new Error('the star has mistakes');
  sites = new PushedSites(of);
  const { exitCode, stdout } = await run(['--yes'], {
    stdin: star.replace('169.254.10.0/30', '169.254.20.0/30').replace('169.254.10.4/30', '169.254.20.4/30'),
  });
  expect([exitCode, changed()]).toEqual([4, []]);
  expect(stdout).toContain(
    'the two routers of a site never change together (virginia-2 and virginia-1); change one of these tunnels in the topology and push, then the next',
  );
  const one = await run(['--yes'], { stdin: star.replace('169.254.10.4/30', '169.254.20.4/30') });
  expect([one.exitCode, changed()]).toEqual([0, ['tokyo-1', 'virginia-2']]);
});

/** The site’s function, when it is to hold a router. */
function dies(site: string): void {
  sites.instead = (call) => {
    const { hold } = call.payload as { hold?: boolean };
    if (!call.functionName.includes(`-${site}-`) || hold !== true) return undefined;
    throw Object.assign(new Error('Task timed out after 500.00 seconds'), { name: 'FunctionFailed' });
  };
}

function says(answer: object) {
  return { kind: 'answered', output: JSON.stringify(answer) } as const;
}

it('a router that an earlier push left unconfirmed is settled before any end is changed', async () => {
  const tokyo = [...sites.sites.values()][0] as PushedSite;
  sites.instead = async (call) => {
    if ((call.payload as { action: string }).action === 'plan') return undefined;
    if (sites.router('tokyo-2').acts.length === 0) await tokyo.answer(call.payload, { dies: true }).catch(() => {});
    throw Object.assign(new Error('Task timed out'), { name: 'FunctionFailed' });
  };
  await run(['--yes', '--site', 'tokyo']);
  sites.instead = () => undefined;
  sites.calls.length = 0;
  if (tokyo.pushes.last !== undefined) tokyo.pushes.last = { ...tokyo.pushes.last, leasedUntil: 0 };
  const { exitCode } = await run(['--yes']);
  expect([exitCode, changed()]).toEqual([0, ALL]);
  expect(sites.asked.slice(0, 3)).toEqual([' settle', 'tokyo-2 hold', 'virginia-2 hold']);
  expect(sites.router('virginia-2').acts).toEqual(['apply', 'confirm']);
});

/** A terminal on which Ctrl-C is typed in place of an answer: the stream is closed, as `main.ts` does it. */
function interruptedAtTheQuestion() {
  const interrupt = new AbortController();
  const terminal = (async function* () {
    interrupt.abort();
    yield* await Promise.reject<string[]>(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
  })();
  return { terminal, signal: interrupt.signal };
}

describe('Ctrl-C', () => {
  const interruptAt = (is: (asked: { action: string; router?: string; only?: string }) => boolean) => {
    const interrupt = new AbortController();
    sites.instead = async (call) => {
      if (interrupt.signal.aborted || !is(call.payload as { action: string })) return undefined;
      await sites.sites.get(call.functionName)?.answer(call.payload);
      interrupt.abort();
      throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
    };
    return interrupt.signal;
  };

  it('while routers are held takes all of them back, and says so at once and in the end', async () => {
    const signal = interruptAt(({ action, only }) => action === 'push' && only === 'virginia-2');
    const { exitCode, stdout, stderr } = await run(['--yes'], { signal });
    expect([exitCode, changed()]).toEqual([130, []]);
    expect(ALL.map((name) => sites.router(name).pending)).toEqual([undefined, undefined, undefined, undefined]);
    expect(stderr).toContain('Ctrl-C again exits at once');
    expect(stdout).toContain('! tokyo: Interrupted. tokyo-2: ');
    expect(stdout).toMatch(/\ntokyo-2 +old +old +none\n/);
  });

  it('once one end is confirmed lets the other one follow it, and begins nothing else', async () => {
    const signal = interruptAt(({ action, router }) => action === 'confirm' && router === 'tokyo-2');
    const { exitCode, stdout } = await run(['--yes', '--json'], { signal });
    expect([exitCode, changed()]).toEqual([130, ['tokyo-2', 'virginia-2']]);
    expect(JSON.parse(stdout)).toMatchObject({
      sites: [
        { outcome: 'interrupted', pushed: ['tokyo-2'], remaining: ['tokyo-1'] },
        { outcome: 'interrupted', pushed: ['virginia-2'], remaining: ['virginia-1'] },
      ],
      down: [],
    });
    expect(sites.asked.filter((each) => /-1 /.test(each))).toEqual([]);
  });

  it('at the question does nothing, and that is an object too', async () => {
    const { terminal, signal } = interruptedAtTheQuestion();
    const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-push-'));
    writeFileSync(join(directory, 'topology.yaml'), RENUMBERED);
    try {
      const { exitCode, stdout, stderr } = await sites.run(['config', 'push', 'topology.yaml', '--json'], {
        cwd: directory,
        terminal: true,
        stdin: terminal,
        signal,
      });
      expect([exitCode, changed(), sites.asked]).toEqual([130, [], []]);
      expect(stderr).toMatch(/Change .*\? \[y\/N\] $/);
      expect(JSON.parse(stdout)).toMatchObject({
        schema: 'vyos-failover.config-push/1',
        sites: [
          { outcome: 'interrupted', says: 'Nothing was done.' },
          { outcome: 'interrupted', says: 'Nothing was done.' },
        ],
      });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('before the command begins asks no site, and the object is that of an error', async () => {
    const { exitCode, stdout } = await run(['--yes', '--json'], { signal: AbortSignal.abort() });
    expect([exitCode, sites.calls]).toEqual([130, []]);
    expect(JSON.parse(stdout)).toEqual({
      schema: 'vyos-failover.error/1',
      exitCode: 130,
      says: 'Interrupted.',
    });
  });
});
