import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bfddTerminal, type FakeSession } from './bfdd.fixture.ts';
import { readProcesses, TestRouter } from './router.fixture.ts';

const PEER = '169.254.254.2';
const FAR = '169.254.10.1';
const SETTINGS = { DETECTORS: 'serf bfd', PEER_BFD: PEER, WATCH_EVERY: '0.01' };

/** A watcher that has seen the session up. */
async function watching(settings: Readonly<Record<string, string>> = {}): Promise<TestRouter> {
  const router = await TestRouter.start({ ...SETTINGS, ...settings });
  await router.bfd({ [FAR]: 'up', [PEER]: 'up' });
  router.startScript('watch-bfd');
  await router.untilLogged(/BFD with tokyo-1 at 169\.254\.254\.2: unknown, now up/);
  return router;
}

const started = async (router: TestRouter) =>
  (await router.log()).match(/bfd says peer-failed of tokyo-1: worker started/g)?.length ?? 0;

/** Programs that end with the watcher. */
const leftOver = ({ directory }: TestRouter) =>
  readProcesses().filter(
    ({ cmdline, environ }) =>
      /(report\0--await|api-connection|bfd-changes|\/vtysh)/.test(cmdline) && environ.includes(directory),
  );

describe('watch-bfd', () => {
  it('reports the peer once when its session goes down, with the reporter’s own confirmation', async () => {
    const router = await watching();

    await router.bfd({ [FAR]: 'up', [PEER]: 'down' });
    await router.untilAsked(1);
    await router.untilBfdSeen();

    expect(router.bodies()).toMatchObject([{ detector: 'bfd', event: 'peer-failed', subject: 'tokyo-1' }]);
    expect(await started(router)).toBe(1);
  });

  it('writes down that BFD alone has seen the peer: whether its ports are open is another question', async () => {
    const { directory } = await TestRouter.start(SETTINGS);
    const stored = join(directory, 'peer-answered');
    const router = await watching({ PEER_MEMORY: stored });
    await router.until('the note', async () => existsSync(stored));
    expect(await readFile(stored, 'utf8')).toBe(`${router.peer.address} bfd\n`);
  });

  it('queries at once when a route changes, with any WATCH_EVERY', async () => {
    const router = await TestRouter.start({ ...SETTINGS, WATCH_EVERY: '600' });
    const changed = join(router.directory, 'changed');
    await router.command(
      'ip',
      `until [[ -e ${changed} ]]; do sleep 0.01; done; echo '10.2.0.0/20 via 169.254.10.6'; sleep 60`,
    );
    await router.bfd({ [PEER]: 'up' });
    router.startScript('watch-bfd');
    await router.untilLogged(/unknown, now up/);

    await router.bfd({ [PEER]: 'down' });
    await writeFile(changed, '');

    await router.untilAsked(1);
    expect(await started(router)).toBe(1);
  });

  it('queries at once when bfdd lists a session differently, with any WATCH_EVERY', async () => {
    const router = await TestRouter.start({ ...SETTINGS, WATCH_EVERY: '600' });
    await router.command('ip', 'exec sleep 60');
    await router.bfd({ [PEER]: 'up' });
    const session: FakeSession = { peer: PEER, status: 'up', received: 0 };
    const bfdd = await bfddTerminal(join(router.directory, 'bfdd.vty'), [session]);
    bfdd.onCounters = () => void (session.received += 1);
    router.startScript('watch-bfd');
    await router.untilLogged(/unknown, now up/);
    await router.until('list of the sessions', () => bfdd.asked > 2);
    // The machine was busy for a moment.
    bfdd.slowMs = 500;
    await router.until('late list of the sessions', () => bfdd.slowMs === 0);

    await router.bfd({ [PEER]: 'down' });
    session.status = 'down';

    await router.untilAsked(1);
    expect(await started(router)).toBe(1);
  });

  it('has one worker wait while the session is up, which ends with it', async () => {
    const router = await TestRouter.start({ ...SETTINGS, REPORT_PHASES: '2' });
    await router.bfd({ [PEER]: 'up' });
    const watcher = router.startScript('watch-bfd');

    await router.untilProcess(/report\0--await/);
    await router.untilProcess(/bfd-changes/);
    await watcher.kill();

    await router.until('end of its programs', () => leftOver(router).length === 0);
    expect(router.api.requests).toEqual([]);
  });

  it('leaves only the report when it ends during an outage', async () => {
    const router = await TestRouter.start(SETTINGS);
    router.api.answers = [() => undefined];
    await router.bfd({ [PEER]: 'up' });
    const watcher = router.startScript('watch-bfd');
    await router.untilProcess(/report\0--await/);
    for (const pid of await router.workers()) process.kill(pid);
    await router.bfd({ [PEER]: 'down' });
    await router.untilAsked(1);

    await watcher.kill();

    await router.until('end of its programs', () => leftOver(router).length === 0);
    expect(await router.workers()).toHaveLength(1);
  });

  it('reports the peer although the worker that waited has been ended', async () => {
    const router = await watching();
    await router.untilProcess(/report\0--await/);
    await router.endChildren();

    await router.bfd({ [PEER]: 'down' });

    await router.untilAsked(1);
    expect(await started(router)).toBe(1);
  });

  it('reports the peer although the worker that waited is stopped', async () => {
    const router = await watching();
    await router.untilProcess(/report\0--await/);
    for (const pid of await router.workers()) process.kill(pid, 'SIGSTOP');

    await router.bfd({ [PEER]: 'down' });

    await router.untilAsked(1);
    for (const pid of await router.workers()) process.kill(pid, 'SIGCONT');
    await router.until('end of the workers', async () => (await router.workers()).length === 0);
    expect(router.bodies()).toHaveLength(1);
    expect(await router.log()).toContain('the worker that waited does not run: another one is started');
  });

  it('goes on asking where the kernel’s account of routes ends, or cannot be had', async () => {
    const router = await TestRouter.start(SETTINGS);
    await router.command('ip', 'echo a route; exit 1');
    await router.bfd({ [PEER]: 'up' });
    router.startScript('watch-bfd');
    await router.untilLogged(/unknown, now up/);

    await router.bfd({ [PEER]: 'down' });

    await router.untilAsked(1);
    expect(await started(router)).toBe(1);
  });

  it('reports the next outage after the session has been up again', async () => {
    const router = await watching();
    await router.bfd({ [PEER]: 'down' });
    await router.untilAsked(1);

    await router.bfd({ [PEER]: 'up' });
    await router.untilLogged(/down, now up/);
    await router.bfd({ [PEER]: 'init' });

    await router.untilAsked(2);
    expect(await started(router)).toBe(2);
  });

  it('reports a far end with several sessions, in whichever order, when the one that was up goes down', async () => {
    const router = await TestRouter.start(SETTINGS);
    const cases = [
      ['up', 'down'],
      ['down', 'up'],
      ['up', 'up'],
      ['up', 'shutdown'],
      ['up', 'never seen'],
    ];
    const ups = async () => (await router.log()).match(/tokyo-1 at .*, now up/g)?.length ?? 0;
    await router.bfd({ [PEER]: 'down', [FAR]: 'up' });
    router.startScript('watch-bfd');
    for (const [index, before] of cases.entries()) {
      await router.bfd({ [PEER]: before, [FAR]: 'up' });
      await router.until(`session of ${before.join(' and ')}`, async () => (await ups()) === index + 1);
      expect([before, await started(router)]).toEqual([before, index]);

      await router.bfd({ [PEER]: before.map((status) => (status === 'up' ? 'down' : status)), [FAR]: 'up' });

      await router.untilAsked(index + 1);
      expect([before, await started(router)]).toEqual([before, index + 1]);
    }
  });

  it('does not report a far end of whose sessions one is left', async () => {
    const router = await TestRouter.start(SETTINGS);
    await router.bfd({ [PEER]: ['up', 'up'] });
    router.startScript('watch-bfd');
    await router.untilLogged(/unknown, now up/);
    for (const after of [['down', 'up'], ['up', 'down'], ['shutdown', 'up'], ['up']]) {
      await router.bfd({ [PEER]: after });
      await router.untilBfdSeen();

      expect([after, await started(router)]).toEqual([after, 0]);
      await router.bfd({ [PEER]: ['up', 'up'] });
      await router.untilBfdSeen();
    }
  });

  it('does not report a session that was never up', async () => {
    const router = await TestRouter.start(SETTINGS);
    await router.bfd({ [PEER]: 'down' });
    router.startScript('watch-bfd');
    await router.untilLogged(/unknown, now down/);
    await router.untilBfdSeen();

    expect(await started(router)).toBe(0);
  });

  it('does not report the peer when another session ends, or its own is shut down or removed', async () => {
    const router = await watching();
    const cases: readonly Parameters<TestRouter['bfd']>[0][] = [
      { [FAR]: 'down', [PEER]: 'up' },
      { [FAR]: 'up', [PEER]: 'shutdown' },
      { [FAR]: 'up' },
      // FRR has none at all.
      '[\n]\n',
    ];
    for (const sessions of cases) {
      await router.bfd(sessions);
      await router.untilBfdSeen();

      expect([sessions, await started(router)]).toEqual([sessions, 0]);
      await router.bfd({ [FAR]: 'up', [PEER]: 'up' });
      await router.untilBfdSeen();
    }
  });

  it('reports what went down while FRR did not answer', async () => {
    const router = await watching();
    await router.bfd(undefined);
    await router.untilBfdSeen();
    expect(await started(router)).toBe(0);

    await router.bfd({ [PEER]: 'down' });

    await router.untilAsked(1);
  });

  it('continues when vtysh ends', async () => {
    const router = await watching();
    await router.command('vtysh', 'exit 1');
    await router.endChildren();

    await router.bfd({ [PEER]: 'down' });

    await router.untilAsked(1);
    expect(await started(router)).toBe(1);
  });

  it.each([
    [
      'FRR 7.5, on one line',
      `[{"multihop":false,"peer":"${PEER}","vrf":"default","status":"STATUS","echo-interval":0}]`,
    ],
    ['with blanks, and the status first', `[\n  { "status" : "STATUS",\n "peer" : "${PEER}" }\n]`],
  ])('understands %s', async (_what, json) => {
    const router = await TestRouter.start(SETTINGS);
    await router.bfd(`${json.replace('STATUS', 'up')}\n`);
    router.startScript('watch-bfd');
    await router.untilLogged(/unknown, now up/);

    await router.bfd(`${json.replace('STATUS', 'down')}\n`);

    await router.untilAsked(1);
    expect(await started(router)).toBe(1);
  });

  it('testifies about a router of another site, at that site’s API and in its region', async () => {
    const router = await TestRouter.start({});
    await router.configure({
      ...SETTINGS,
      WITNESS_FOR: `virginia-1@virginia=${FAR}`,
      WITNESS_APIS: `virginia@us-east-1=${router.apiUrl}`,
    });
    await router.bfd({ [FAR]: 'up', [PEER]: 'up' });
    router.startScript('watch-bfd');
    await router.untilLogged(/virginia-1 at .* now up/);

    await router.bfd({ [FAR]: 'down', [PEER]: 'up' });
    await router.untilAsked(1);

    expect(router.api.requests[0]).toMatchObject({ path: '/v1/sites/virginia/events' });
    expect(router.api.requests[0]?.headers.authorization).toContain('/us-east-1/execute-api/');
    expect(router.bodies()).toMatchObject([{ event: 'peer-failed', reporter: 'tokyo-2', subject: 'virginia-1' }]);
  });

  it('refuses to watch nothing', async () => {
    const router = await TestRouter.start();

    const ended = await router.run([], { script: 'watch-bfd' });

    expect(ended.status).toBe(2);
    expect(ended.stderr).toContain('nothing to watch');
  });
});
