import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { answersWith } from '../functions/answers-with.ts';
import { FakeRouter, SILENT } from '../functions/fake-routers.ts';
import { BACKOFF_MS, type Ended, type Surroundings } from './command-line.ts';
import { FILE, type PushedSite, PushedSites } from './pushed-sites.ts';

const CHANGED = FILE.replace('frontSubnets: [10.1.0.0/20]', 'frontSubnets: [10.1.0.0/20, 10.1.16.0/20]');
const BOBS = FILE.replace('frontSubnets: [10.1.0.0/20]', 'frontSubnets: [10.1.0.0/20, 10.1.64.0/20]');
const NEW = '10.1.16.0/20';
const PAIR = ['tokyo-2', 'tokyo-1'];

let sites: PushedSites;
let tokyo: PushedSite;

beforeEach(() => {
  sites = new PushedSites();
  [tokyo] = [...sites.sites.values()] as [PushedSite];
});

const run = (line: readonly string[], around: Surroundings = {}): Promise<Ended> =>
  sites.run(['config', ...line, '-'], { stdin: CHANGED, ...around });
const push = (...more: string[]) => run(['push', '--site', 'tokyo', '--yes', ...more]);
const dryRun = (...more: string[]) => run(['push', '--site', 'tokyo', '--dry-run', ...more]);
const diff = (router: string, around: Surroundings = {}, ...more: string[]) =>
  run(['diff', '--router', router, ...more], around);
const has = (lines: readonly string[]) => lines.join('\n').includes(NEW);
const runs = () => PAIR.filter((name) => has(sites.router(name).running));
const boots = () => PAIR.filter((name) => has(sites.router(name).booting));
const history = () => tokyo.world.history.map(({ says }) => says).join('\n');

/** A push whose function crashes when its router has the new, unconfirmed configuration. */
async function leaveUnconfirmed(router: string, more: readonly string[] = []): Promise<void> {
  sites.instead = async (call) => {
    const { action, only } = call.payload as { action: string; only?: string };
    if (action === 'plan' || (action === 'push' && only !== router)) return undefined;
    if (action === 'push') await tokyo.answer(call.payload, { dies: true }).catch(() => {});
    throw Object.assign(new Error('Task timed out'), { name: 'FunctionFailed' });
  };
  await push(...more);
  sites.instead = () => undefined;
}

/** So late that no function can be at work any more, and so early that the router's timer has not acted. */
function leaseIsOver(): void {
  if (tokyo.pushes.last !== undefined) tokyo.pushes.last = { ...tokyo.pushes.last, leasedUntil: 0 };
}

describe('a push after one whose end is unknown', () => {
  it('that reached one router settles that first, says so, plans again, and brings both there', async () => {
    await leaveUnconfirmed('tokyo-2');
    expect([runs(), boots()]).toEqual([['tokyo-2'], []]);
    leaseIsOver();
    const { exitCode, stdout, stderr } = await push();
    expect([exitCode, runs(), boots()]).toEqual([0, PAIR, PAIR]);
    expect(stderr).toContain('tokyo: tokyo-2 may run an unconfirmed configuration until');
    expect(stderr).toContain(
      'tokyo-2: the push of ann@desk (not verified) stopped midway. It runs its old configuration again.',
    );
    expect(stderr.match(/^tokyo-2 \(/gm)).toHaveLength(2);
    expect(stdout).toContain('✓ tokyo: tokyo-2: the push of ann@desk (not verified) stopped midway.');
  });

  it('that a router was confirmed in is kept, without another confirmation', async () => {
    sites.router('tokyo-2').answers.confirm = [SILENT, SILENT];
    await push();
    expect([runs(), boots()]).toEqual([['tokyo-2'], []]);
    const { exitCode, stderr } = await push();
    expect([exitCode, runs(), boots()]).toEqual([0, PAIR, PAIR]);
    expect(stderr.match(/^tokyo-2 \(/gm)).toHaveLength(1);
  });

  it('is asked about once more where another plan is right then, and no is no', async () => {
    await leaveUnconfirmed('tokyo-2');
    leaseIsOver();
    const folder = mkdtempSync(join(tmpdir(), 'push-again-'));
    writeFileSync(join(folder, 'topology.yaml'), CHANGED);
    const atTerminal = { terminal: true, cwd: folder, env: { NO_COLOR: '1' } };
    const asked = await sites.run(['config', 'push', '--site', 'tokyo'], { ...atTerminal, stdin: 'y\nn\n' });
    rmSync(folder, { recursive: true });
    expect(asked.stderr).toMatch(/Change tokyo-1\? \[y\/N\] [^]*Change tokyo-2, then tokyo-1\? \[y\/N\] $/);
    expect([asked.exitCode, runs(), boots()]).toEqual([4, [], []]);
    expect(asked.stdout).toContain('stopped midway. It runs its old configuration again. Nothing else was done.');
  });

  it('that another function is at work on is refused, with who and until when, dry run or not', async () => {
    await leaveUnconfirmed('tokyo-2');
    const says = /a push by ann@desk \(not verified\) is under way \(until 2026-.*Z at most\)/;
    for (const ended of [await push(), await dryRun()])
      expect([ended.exitCode, ended.stdout]).toEqual([4, expect.stringMatching(says)]);
    expect([runs(), boots()]).toEqual([['tokyo-2'], []]);
  });

  it('is shown by a dry run, which settles nothing', async () => {
    await leaveUnconfirmed('tokyo-2');
    leaseIsOver();
    const { exitCode, stdout, stderr } = await dryRun();
    expect([exitCode, runs(), boots()]).toEqual([0, ['tokyo-2'], []]);
    expect(stderr).toContain(
      'the push of ann@desk (not verified) at 2026-11-23 03:00:00Z stopped at tokyo-2, its first router.\n',
    );
    expect(stdout).toMatch(/\ntokyo-2 +new +old +by 2026-.*Z, unless confirmed\n/);
  });
});

describe('a router that has not come to the end of a push', () => {
  it('runs an unknown configuration, and managed lines are not reported as changes by others', async () => {
    await leaveUnconfirmed('tokyo-2');
    const { stdout, stderr } = await run(['push', '--site', 'tokyo', '--dry-run'], { stdin: BOBS });
    expect(stdout).toMatch(/\ntokyo-2 +unknown +old +by/);
    expect(stderr).not.toContain('changes made outside vyos-failover');
  });

  it('is not called equal by config diff, nor is 0 its exit code, while it applies', async () => {
    const { pending } = await pendingOn('tokyo-2');
    sites.router('tokyo-2').pending = { ...pending, state: 'applying' } as never;
    const { exitCode, stdout } = await diff('tokyo-2', { stdin: FILE });
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('tokyo-2 is applying push')]);
    expect(stdout).not.toContain('no difference');
  });

  /** It shows that it is still applying, and runs the old one. */
  async function pendingOn(name: string) {
    await leaveUnconfirmed(name);
    const router = sites.router(name);
    router.running = [...router.booting];
    return router;
  }
});

describe('Ctrl-C while a router applies', () => {
  const busy = answersWith({ outcome: 'busy', says: 'another action is in progress on this router' });
  const interrupted = async (answers: number) => {
    const abort = new AbortController();
    const slept: number[] = [];
    sites.instead = async ({ payload }) => {
      if ((payload as { action: string }).action !== 'push') return undefined;
      await tokyo.answer(payload, { dies: true }).catch(() => {});
      sites.router('tokyo-2').answers.undo = Array.from({ length: answers }, () => busy);
      abort.abort();
      throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
    };
    const sleep = async (ms: number) => void slept.push(ms);
    const line = ['push', '--site', 'tokyo', '--yes'];
    return { slept, ended: await run(line, { sleep, signal: abort.signal }) };
  };

  it('rolls back a busy router as soon as it is free, and prints Interrupted once', async () => {
    const { ended, slept } = await interrupted(5);
    expect([ended.exitCode, runs(), slept]).toEqual([130, [], Array.from({ length: 5 }, () => 5000)]);
    expect(ended.stdout).toMatch(/\ntokyo-2 +old +old +none\n/);
    expect(ended.stderr.match(/Interrupted/g)).toHaveLength(1);
  });

  it('asks again while the function says that the push is under way', async () => {
    const { instead } = sites;
    const abort = new AbortController();
    let underWay = 3;
    const says = 'Not now: another push has begun. Nothing was changed.';
    const refused = { outcome: 'refused', reason: 'push-under-way', says, site: 'tokyo', remaining: [], routers: [] };
    sites.instead = async (call) => {
      const { action } = call.payload as { action: string };
      if (action === 'undo' && (underWay -= 1) >= 0) return refused;
      if (action !== 'push') return instead(call);
      await tokyo.answer(call.payload, { dies: true }).catch(() => {});
      abort.abort();
      throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
    };
    const { exitCode, stdout } = await run(['push', '--site', 'tokyo', '--yes'], { signal: abort.signal });
    expect([exitCode, stdout]).toEqual([130, expect.stringMatching(/\ntokyo-2 +old +old +none\n/)]);
  });

  it('gives up after a bounded time, with one line in the history', async () => {
    const { ended } = await interrupted(1000);
    expect([ended.exitCode, ended.stdout]).toEqual([130, expect.stringMatching(/\ntokyo-2 .* by/)]);
    expect(tokyo.world.history.filter(({ reason }) => reason.startsWith('config-'))).toHaveLength(1);
  });
});

it('one time stands in one output: the router’s own, where it was read since', async () => {
  sites.router('tokyo-2').now = () => tokyo.world.now;
  sites.router('tokyo-2').answers = { apply: ['lost'], undo: [SILENT, SILENT] };
  const { exitCode, stdout } = await push();
  expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/\ntokyo-2 .* by/)]);
  const times = stdout.match(/2026-\S+ \S+Z/g) ?? [];
  expect([times.length, new Set(times).size]).toEqual([2, 1]);
});

describe('the first push', () => {
  it('says why it sets keys on routers that match', async () => {
    expect((await dryRun()).stderr).not.toContain('not known to be the named ones');
    for (const name of PAIR) Reflect.deleteProperty(tokyo.pushes.configs, name);
    expect((await run(['push', '--site', 'tokyo', '--dry-run'], { stdin: FILE })).stderr).toContain(
      'note: it is not known whether its keys are the ones that the topology names: they are set once, together with the far end',
    );
  });
});

describe('a router that is broken', () => {
  const broken = answersWith({ outcome: 'broken', says: 'Commit failed', boots: 'old', retryInS: 60 });

  /** It took the new configuration, and cannot bring the old one back. */
  const breaks = (router: FakeRouter): void => {
    router.act = (parameters) => {
      const end = FakeRouter.prototype.act.call(router, parameters);
      if (parameters['Action'] !== 'apply' || router.pending === undefined) return end;
      router.pending = { ...router.pending, state: 'broken' };
      return broken;
    };
  };

  it('is reported as such, with exit code 1 and the command to check with, and stays in the plan until it is repaired', async () => {
    breaks(sites.router('tokyo-2'));
    const { exitCode, stdout } = await push();
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^✗ tokyo: tokyo-2: Commit failed/)]);
    expect(stdout).toMatch(/\ntokyo-2 +mixed +old +none\n/);
    expect(stdout).toContain('\nNext: vyos-failover status tokyo --topology -\n');
    for (const ended of [await dryRun(), await push()])
      expect([ended.exitCode, ended.stdout, ended.stderr]).toEqual([
        4,
        expect.stringContaining('tokyo-2 could not restore its old configuration, and keeps trying'),
        expect.stringContaining('tokyo: tokyo-2 is broken: the push of ann@desk'),
      ]);
    expect((await diff('tokyo-2')).stdout).toContain('could not restore its old configuration');
  });

  it('is settled by the next push once its timer has mended it', async () => {
    breaks(sites.router('tokyo-2'));
    await push();
    sites.router('tokyo-2').fireTimer();
    Reflect.deleteProperty(sites.router('tokyo-2'), 'act');
    expect([(await push()).exitCode, runs(), boots()]).toEqual([0, PAIR, PAIR]);
  });
});

describe('answers that are lost for good are made up for by a reading', () => {
  const lost = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  const loseAllBut = (secondReading: () => unknown) => {
    let readings = 0;
    sites.instead = ({ payload }) => {
      if ((payload as { action: string }).action !== 'plan') throw lost;
      readings += 1;
      return readings === 2 ? secondReading() : undefined;
    };
  };
  const old = { sites: [{ routers: [{ runs: 'old', boots: 'old', revertsAt: null }, {}] }] };

  it('which is tried again where its own answer is lost', async () => {
    loseAllBut(() => {
      throw lost;
    });
    const { exitCode, stdout } = await push('--json');
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, old]);
  });

  it('which Ctrl-C does not end', async () => {
    const interrupt = new AbortController();
    loseAllBut(() => {
      interrupt.abort();
      throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
    });
    const line = ['push', '--site', 'tokyo', '--yes', '--json'];
    const { exitCode, stdout } = await run(line, { signal: interrupt.signal });
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([130, old]);
  });
});

describe('a function that begins so late that its push was given up', () => {
  /** Its request is on the way when the connection is lost, and arrives when the command has ended. */
  async function pushWithLate(router: string): Promise<{ ended: Ended; arrive: () => Promise<unknown> }> {
    let late: unknown;
    sites.instead = ({ payload }) => {
      const { action, only } = payload as { action: string; only?: string };
      if (action !== 'push' || only !== router) return undefined;
      late = payload;
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    };
    return { ended: await push('--json'), arrive: () => tokyo.answer(late) };
  }

  it.each(['tokyo-2', 'tokyo-1'])('does not begin any more: %s keeps what was said of it', async (router) => {
    const { ended, arrive } = await pushWithLate(router);
    const had = [runs(), boots()];
    const { sites: views } = JSON.parse(ended.stdout) as { sites: { routers: { router: string; runs: string }[] }[] };
    expect([ended.exitCode, views[0]?.routers.find((each) => each.router === router)]).toMatchObject([
      1,
      { runs: 'old' },
    ]);
    expect(await arrive()).toMatchObject({ outcome: 'refused', reason: 'called-off' });
    expect([[runs(), boots()], sites.router(router).acts]).toEqual([had, []]);
    sites.instead = () => undefined;
    expect([(await push()).exitCode, boots()]).toEqual([0, PAIR]);
  });
});

describe('what was agreed to must still be so', () => {
  it('another router carries the traffic by now: nothing is touched, and the plan has to be made again', async () => {
    sites.instead = ({ payload }) => {
      if ((payload as { action: string }).action !== 'push') return undefined;
      for (const route of tokyo.world.targets.keys())
        tokyo.world.targets.set(route, tokyo.world.site.routers.standby.eni);
      return undefined;
    };
    const { exitCode, stdout } = await push();
    expect([exitCode, runs(), sites.router('tokyo-2').acts]).toEqual([4, [], []]);
    expect(stdout).toContain('the routes have moved to tokyo-2 since the approved plan; plan again');
  });

  it('the owner and what BGP was are part of the request', async () => {
    await push();
    const asked = sites.calls.map(({ payload }) => payload as Record<string, unknown>);
    const pushes = asked.filter(({ action }) => action === 'push');
    expect(pushes).toHaveLength(2);
    for (const { owner, baselines } of pushes) {
      expect(owner).toBe('tokyo-1');
      expect(Object.keys(baselines as object)).toEqual(PAIR);
      expect(Object.values(baselines as object).every((each) => each !== null)).toBe(true);
    }
  });
});

describe('a router that refuses and has taken it all the same', () => {
  it('is not called one that has what it had', async () => {
    const router = sites.router('tokyo-2');
    const refused = answersWith({ outcome: 'refused', why: 'pending', says: 'push run-7 is not confirmed yet' });
    router.act = (parameters) => {
      const end = FakeRouter.prototype.act.call(router, parameters);
      return parameters['Action'] === 'apply' ? refused : end;
    };
    const { exitCode, stdout } = await push();
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain('Nothing was changed');
    expect(stdout).toMatch(
      /But tokyo-2 runs its new configuration; an unconfirmed configuration is rolled back by 2026-/,
    );
  });
});

describe('what is said before is what a push would say', () => {
  const refused: readonly [string, string, () => void][] = [
    ['a pause', 'paused this site', () => pause()],
    [
      'a partner that is not fit',
      'tokyo-1 is not proven fit',
      () => void (sites.router('tokyo-1').ebgp = () => [0, 1]),
    ],
    [
      'a router that does not answer',
      'could not be read',
      () => void (sites.router('tokyo-2').answers.show = Array(9).fill(SILENT) as (typeof SILENT)[]),
    ],
  ];

  it.each(refused)('%s: with 4, dry run or not', async (_, says, arrange) => {
    arrange();
    const dry = await dryRun();
    expect([dry.exitCode, dry.stdout]).toEqual([4, expect.stringContaining(says)]);
    const really = await push();
    expect([really.exitCode, really.stdout, runs()]).toEqual([4, expect.stringContaining(says), []]);
  });

  it('config diff shows it beside the difference, with its own exit code', async () => {
    pause();
    const { exitCode, stdout } = await diff('tokyo-2');
    expect([exitCode, stdout]).toEqual([
      3,
      expect.stringMatching(/\n {2}note: a push would be refused now: ann@desk paused/),
    ]);
    const json = await diff('tokyo-2', {}, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      different: true,
      refusal: { reason: 'paused' },
      bootsWithIt: true,
    });
  });
});

describe('what a router boots with', () => {
  it('and does not run is a difference to config diff, and saved by a push', async () => {
    sites.router('tokyo-2').booting = [];
    const { exitCode, stdout } = await diff('tokyo-2', { stdin: FILE });
    expect([exitCode, stdout]).toEqual([
      3,
      expect.stringContaining('! the boot configuration differs from the running one.'),
    ]);
    const dry = await run(['push', '--site', 'tokyo', '--dry-run'], { stdin: FILE });
    expect([dry.exitCode, dry.stdout]).toEqual([0, '✓ tokyo: tokyo-2 (save only) would change.\n']);
    const pushed = await run(['push', '--site', 'tokyo', '--yes'], { stdin: FILE });
    expect([pushed.exitCode, pushed.stdout]).toEqual([
      0,
      expect.stringContaining('tokyo-2 has its new configuration.'),
    ]);
    expect(sites.router('tokyo-2').booting).toEqual(sites.router('tokyo-2').running);
    expect((await diff('tokyo-2', { stdin: FILE })).exitCode).toBe(0);
  });

  it('and cannot be read is unknown: neither "no difference" nor done', async () => {
    const router = sites.router('tokyo-2');
    router.show = () => {
      const end = FakeRouter.prototype.show.call(router);
      if (end.kind !== 'answered') return end;
      return answersWith({ ...(JSON.parse(end.output) as object), boots: null });
    };
    const { exitCode, stdout } = await diff('tokyo-2', { stdin: FILE });
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('! the boot configuration could not be read.')]);
    const pushed = await run(['push', '--site', 'tokyo', '--yes'], { stdin: FILE });
    expect([pushed.exitCode, pushed.stdout]).toEqual([
      1,
      expect.stringContaining('the boot configuration of tokyo-2 could not be read'),
    ]);
  });
});

describe('two pushes at once', () => {
  it('one reports that the other is in progress; exit code 0 means that its own configuration runs', async () => {
    let bob: Ended | undefined;
    sites.instead = async ({ payload }) => {
      if ((payload as { action: string }).action !== 'push' || bob !== undefined) return undefined;
      bob = { exitCode: -1, stdout: '', stderr: '' };
      bob = await run(['push', '--site', 'tokyo', '--yes', '--by', 'bob@desk'], { stdin: BOBS });
      return undefined;
    };
    const ann = await push();
    expect([ann.exitCode, bob?.exitCode, runs()]).toEqual([4, 0, []]);
    expect(ann.stdout).toContain('tokyo-2 has changed since the approved plan; plan again');
    expect(history()).not.toContain('ann@desk');
  });

  it('a router that another push changed afterwards is no success', async () => {
    let left = 2;
    sites.instead = ({ payload }) => {
      const { action } = payload as { action: string };
      if (action === 'push') left -= 1;
      if (action !== 'plan' || left > 0) return undefined;
      sites.router('tokyo-2').running.push("set interfaces tunnel tun7 mtu '1300'");
      left = 99;
      return undefined;
    };
    const { exitCode, stdout } = await push();
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringContaining('tokyo-2 does not have the pushed configuration now'),
    ]);
    expect(stdout).toContain('\nNext: vyos-failover config diff --router tokyo-2 --topology -\n');
  });
});

function pause(): void {
  const { now } = tokyo.world;
  const paused = { since: now, until: now + 86_400_000, by: 'ann@desk', reason: 'game day' };
  tokyo.world.stored = { ...tokyo.world.stored, pause: paused };
}

describe('the request that ends a router of a push, if AWS throttles it', () => {
  const THROTTLED = Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
  const BOTH_ENDS = FILE.replace('169.254.10.4/30', '169.254.20.4/30');

  /** @param instead what the site of a request answers to it, if it is not asked */
  async function pushBothEnds(instead: (action: string, router: string) => unknown) {
    const events: string[] = [];
    sites.instead = (call) => {
      const { action, router = '' } = call.payload as { action: string; router?: string };
      if (router === 'tokyo-2') events.push(action);
      return instead(action, router);
    };
    const sleep = (ms: number) => Promise.resolve(void (ms % BACKOFF_MS === 0 && events.push(`${ms} ms`)));
    const ended = await sites.run(['config', 'push', '-', '--yes'], { stdin: BOTH_ENDS, sleep });
    return { ended, events };
  }

  it.each(['confirm', 'undo'])('%s is sent again after a pause, and after a longer one', async (action) => {
    let throttled = 0;
    const { events } = await pushBothEnds((asked, router) => {
      if (router !== 'tokyo-2') {
        // A far end that cannot be verified rolls tokyo-2 back.
        if (action === 'undo' && asked === 'push') throw new Error('no');
        return undefined;
      }
      if (asked === action && ++throttled <= 2) throw THROTTLED;
      return undefined;
    });
    // The other end's requests pause too.
    expect(events.join(', ')).toMatch(new RegExp(`${action}(, 700 ms)+, ${action}(, 700 ms)*(, 1400 ms)+, ${action}`));
  });
});
