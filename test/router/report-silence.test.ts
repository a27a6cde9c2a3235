import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bfddTerminal, type FakeSession } from './bfdd.fixture.ts';
import { answerJson, SWAPPED } from './http-servers.ts';
import { TestRouter } from './router.fixture.ts';

const PREPARED = answerJson(200, { outcome: 'noted', reason: 'prepared', says: 'Nothing moves yet.' });
/** Asked for as long as a busy machine needs to connect to the API. */
const SETTINGS = { REPORT_PHASES: '2', CONFIRM_FOR: '1', PEER_BFD: '169.254.254.2' };

async function start(settings: Readonly<Record<string, string>> = {}): Promise<TestRouter> {
  const router = await TestRouter.start({ ...SETTINGS, ...settings });
  router.api.answers = [PREPARED, SWAPPED];
  return router;
}

/** As watch-bfd writes it. */
const now = () => (Date.now() / 1000).toFixed(6);
const phases = (router: TestRouter) => router.bodies().map(({ phase }) => phase);
const ids = (router: TestRouter) => new Set(router.bodies().map(({ id }) => id)).size;

/** Of a peer that is silent: its connections are not answered. */
async function untilPeerAsked(router: TestRouter): Promise<void> {
  await router.until('connection to the peer', () => router.processes().length > 3);
}

describe('a waiting worker whose peer sends no BFD packets', () => {
  it('sends its suspected report before BFD is down, and the confirmed one after', async () => {
    const router = await start();
    const worker = router.awaitFailure();

    worker.write('silent 0');
    await router.untilAsked(1);
    await router.untilLogged(/suspected: Nothing moves yet/);
    const down = now();
    worker.write(down);

    expect((await worker.ended).status).toBe(0);
    const [suspected, confirmed] = router.bodies();
    expect(phases(router)).toEqual(['suspected', 'confirmed']);
    expect(confirmed).toMatchObject({ id: suspected?.id, evidence: { confirm: { verdict: 'dead' } } });
    // The outage was noticed when the packets stayed away.
    expect(confirmed?.evidence.detectedAt).toBe(suspected?.evidence.detectedAt);
    expect(Date.parse(confirmed?.evidence.detectedAt ?? '')).toBeLessThan(Number(down) * 1000);
  });

  it('confirms nothing while BFD is up, however long the peer is silent; its end withdraws the suspected report', async () => {
    const router = await start({ CONFIRM_FOR: '0.1' });
    const worker = router.awaitFailure();

    worker.write('silent 0');
    await router.untilAsked(1);
    await router.untilLogged(/suspected: Nothing moves yet/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    worker.end();

    expect((await worker.ended).status).toBe(0);
    await router.untilAsked(2);
    expect(phases(router)).toEqual(['suspected', 'withdrawn']);
  });

  it.each([
    ['BFD packets arrive', (_: TestRouter, write: (line: string) => void) => write('heard')],
    ['the peer answers', ({ peer }: TestRouter) => peer.kill()],
  ])('withdraws its suspected report when %s, and reports the next failure as another one', async (_what, recover) => {
    const router = await start({ CONFIRM_REFUSED: 'alive' });
    await router.peer.silence();
    router.api.answers = [PREPARED, PREPARED, PREPARED, SWAPPED];
    const worker = router.awaitFailure();
    worker.write('silent 0');
    await router.untilLogged(/suspected: Nothing moves yet/);

    recover(router, worker.write);
    await router.untilAsked(2);
    router.peer.kill();
    await router.peer.silence();
    worker.write(now());

    expect((await worker.ended).status).toBe(0);
    expect(phases(router)).toEqual(['suspected', 'withdrawn', 'suspected', 'confirmed']);
    expect(ids(router)).toBe(2);
    expect(await router.log()).not.toContain('not reported');
  });

  it('sends nothing when the peer answers at once', async () => {
    const router = await start();
    await router.peer.revive();
    const worker = router.awaitFailure();

    worker.write('silent 0');
    worker.write('silent 0');
    worker.write('heard');
    worker.end();

    expect((await worker.ended).status).toBe(0);
    expect(router.api.requests).toEqual([]);
  });

  it('asks in the next silence, and does not suspect again within 10 s', async () => {
    const router = await start();
    await router.peer.silence();
    router.api.answers = [PREPARED, PREPARED, PREPARED, SWAPPED];
    const worker = router.awaitFailure();
    worker.write('silent 0');
    await router.untilLogged(/suspected: Nothing moves yet/);
    worker.write('heard');
    await router.untilAsked(2);

    worker.write('silent 0');
    await router.until('many connections to the peer', () => router.processes().length > 40);
    expect(phases(router)).toEqual(['suspected', 'withdrawn']);
    worker.write(now());

    expect((await worker.ended).status).toBe(0);
    expect(router.bodies().at(-1)).toMatchObject({ event: 'peer-failed', evidence: { confirm: { verdict: 'dead' } } });
    expect(router.bodies().at(-1)?.id).not.toBe(router.bodies()[0]?.id);
  });

  it('counts its own sessions when BFD is down: those that end together with it are no path', async () => {
    const router = await start();
    const worker = router.awaitFailure();
    worker.write('silent 0');
    await router.untilLogged(/suspected: Nothing moves yet/);

    await router.command('vtysh', 'echo "bgpd is not running" >&2; exit 1');
    worker.write(now());
    await worker.ended;

    expect(router.bodies()[1]?.evidence).toMatchObject({ bgp: null });
  });

  it('asks with one phase, too, and reports once when BFD is down', async () => {
    const router = await start({ REPORT_PHASES: '1', CONFIRM_FOR: '0.3' });
    await router.peer.silence();
    router.api.answers = [SWAPPED];
    const worker = router.awaitFailure();

    worker.write('silent 0');
    await untilPeerAsked(router);
    worker.write(now());

    expect((await worker.ended).status).toBe(0);
    expect(phases(router)).toEqual([undefined]);
  });

  it('asks for no longer than `confirm` when BFD is down, whenever that was to count from', async () => {
    const router = await start();
    const worker = router.awaitFailure();

    worker.write('silent 900000000000');
    await router.untilAsked(1);
    worker.write(now());

    expect((await worker.ended).status).toBe(0);
    expect(phases(router)).toEqual(['suspected', 'confirmed']);
  });

  it('leaves the outage to the worker that reports it already', async () => {
    const router = await start();
    const holder = spawn('bash', [
      '-c',
      `mkdir -p ${router.directory}/state && exec 9>>${router.directory}/state/lock && flock 9 && echo locked && sleep 60`,
    ]);
    await once(holder.stdout, 'data');
    const worker = router.awaitFailure();

    worker.write('silent 0');
    await router.untilLogged(/suspected: Nothing moves yet/);
    worker.write(now());
    worker.end();
    await worker.ended;
    holder.kill();

    await router.untilAsked(2);
    expect(phases(router)).toEqual(['suspected', 'withdrawn']);
  });

  it('does not take the time in which it did not run itself for silence of the peer', async () => {
    const router = await start({ REPORT_PHASES: '1', CONFIRM_FOR: '3', CONFIRM_REFUSED: 'alive', ASK_AGAIN_FOR: '0' });
    await router.peer.silence();
    const worker = router.awaitFailure();
    worker.write('silent 0');
    await untilPeerAsked(router);
    worker.write(now());
    await router.until('outage', () => existsSync(join(router.directory, 'state', 'outage')));

    const stopped = await router.workers();
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 3_100));
    router.peer.kill();
    for (const pid of stopped) process.kill(pid, 'SIGCONT');

    expect((await worker.ended).status).toBe(4);
    expect(router.api.requests).toEqual([]);
  });

  it('reports also where it never runs for long: its pauses do not make it ask for ever', async () => {
    const router = await start({ REPORT_PHASES: '1', CONFIRM_FOR: '0.3' });
    await router.peer.silence();
    router.api.answers = [SWAPPED];
    const worker = router.awaitFailure();
    await router.until('worker', async () => (await router.workers()).length === 1);
    const [pid = 0] = await router.workers();
    worker.write(now());

    while (router.api.requests.length === 0) {
      process.kill(pid, 'SIGSTOP');
      await sleep(120);
      process.kill(pid, 'SIGCONT');
      await sleep(20);
    }

    expect((await worker.ended).status).toBe(0);
  });
});

describe('watch-bfd', () => {
  /** A watcher, and the session of the pair in bfdd, which receives packets until it is told otherwise. */
  async function watching(settings: Readonly<Record<string, string>> = {}) {
    const router = await start({ DETECTORS: 'bfd', WATCH_EVERY: '600', ...settings });
    await router.command('ip', 'exec sleep 60');
    await router.bfd({ [SETTINGS.PEER_BFD]: 'up' });
    const session: FakeSession = { peer: SETTINGS.PEER_BFD, status: 'up', received: 0 };
    const bfdd = await bfddTerminal(join(router.directory, 'bfdd.vty'), [session]);
    let each = 1;
    bfdd.onCounters = () => void (session.received += each);
    router.startScript('watch-bfd');
    await router.untilLogged(/unknown, now up/);
    await router.untilProcess(/report\0--await/);
    return { router, bfdd, session, receive: (packets: number) => void (each = packets) };
  }

  it('has the worker ask when packets stay away, and report when the session is down', async () => {
    const { router, session, receive } = await watching();

    receive(0);
    await router.untilAsked(1);
    await router.bfd({ [SETTINGS.PEER_BFD]: 'down' });
    session.status = 'down';
    await router.untilAsked(2);

    expect(phases(router)).toEqual(['suspected', 'confirmed']);
  });

  it('has the worker drop it when packets are back', async () => {
    const { router, receive } = await watching();

    receive(0);
    await router.untilAsked(1);
    receive(1);
    await router.untilAsked(2);

    expect(phases(router)).toEqual(['suspected', 'withdrawn']);
  });

  it('has another worker wait when the one that is to ask has ended', async () => {
    const { router, receive } = await watching();
    const ended = await router.workers();
    for (const pid of ended) process.kill(pid, 'SIGKILL');

    receive(0);

    await router.until('another worker', async () => (await router.workers()).some((pid) => !ended.includes(pid)));
    expect(await router.workers()).toHaveLength(1);
  });

  it('has another worker report when the one that waits has read nothing since before the silence', async () => {
    const { router, bfdd, session, receive } = await watching({ WATCH_EVERY: '0.2', REPORT_PHASES: '1' });
    router.api.answers = [SWAPPED];
    const stopped = await router.workers();
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    const from = bfdd.asked;
    receive(0);
    await router.until('silence', () => bfdd.asked > from + 25);

    await router.bfd({ [SETTINGS.PEER_BFD]: 'down' });
    session.status = 'down';
    await router.untilAsked(1);
    for (const pid of stopped) process.kill(pid, 'SIGCONT');

    await router.until('end of both', async () => (await router.workers()).length === 0);
    expect(router.bodies()).toMatchObject([{ event: 'peer-failed' }]);
  });
});
