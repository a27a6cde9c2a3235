import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { answerJson, CREDENTIALS, SWAPPED } from './http-servers.ts';
import { HEALTHY_COUNTS, REPORT, readProcesses, TestRouter } from './router.fixture.ts';

const PREPARED = answerJson(200, { outcome: 'noted', reason: 'prepared', says: 'Nothing moves yet.' });
const PARTIAL = answerJson(503, { outcome: 'partial', reason: 'not-seen', says: 'Ask again.' });
const ARGUMENTS = ['--detector', 'bfd', '--event', 'peer-failed', '--subject', 'tokyo-1'];

/** It asks the peer for a second: on a busy machine, credentials and connection can take that long. */
async function start(settings: Readonly<Record<string, string>> = {}): Promise<TestRouter> {
  const router = await TestRouter.start({ REPORT_PHASES: '2', CONFIRM_FOR: '1', ...settings });
  router.api.answers = [PREPARED, SWAPPED];
  return router;
}

const phases = (router: TestRouter) => router.bodies().map(({ phase }) => phase);
const different = (values: readonly unknown[]) => new Set(values).size;
const connections = (router: TestRouter) => different(router.api.requests.map(({ connection }) => connection));
const ids = (router: TestRouter) => different(router.bodies().map(({ id }) => id));

describe('report, in two phases', () => {
  it('sends a suspected report while it asks the peer, and the confirmed one on the same connection', async () => {
    const router = await start();

    expect((await router.report()).status).toBe(0);

    const [suspected, confirmed] = router.bodies();
    const { id, detector, reporter, subject } = confirmed ?? {};
    expect(suspected).toEqual({
      id,
      detector,
      reporter,
      subject,
      event: 'peer-suspected',
      phase: 'suspected',
      at: expect.any(String) as unknown,
      evidence: { detectedAt: confirmed?.evidence.detectedAt },
    });
    expect(confirmed).toMatchObject({
      event: 'peer-failed',
      phase: 'confirmed',
      evidence: { bgp: HEALTHY_COUNTS, confirm: { verdict: 'dead' } },
    });
    expect([router.api.requests.length, connections(router)]).toEqual([2, 1]);
    expect(await router.log()).toMatch(/suspected: Nothing moves yet\.\n.*swapped \(reported-by-survivor\)/);
  });

  it('withdraws the suspected report when the peer answers; the next outage is a report of its own', async () => {
    const router = await start({ ASK_AGAIN_FOR: '20', CONFIRM_REFUSED: 'alive' });
    await router.peer.silence();
    router.api.onRequest = async () => {
      if (router.api.requests.length === 1) router.peer.kill();
      if (router.api.requests.length === 2) await router.peer.silence();
    };

    expect((await router.report()).status).toBe(0);

    expect(phases(router)).toEqual(['suspected', 'withdrawn', undefined]);
    expect(ids(router)).toBe(2);
    expect(router.bodies()[1]).toMatchObject({ event: 'peer-suspected', id: router.bodies()[0]?.id });
  });

  it('sends the confirmed report without waiting for a function that rejects suspected ones', async () => {
    const router = await start();
    router.api.answers = [
      answerJson(400, { outcome: 'refused', reason: 'malformed-report', says: 'Unknown.' }),
      SWAPPED,
    ];

    expect((await router.report()).status).toBe(0);

    expect(phases(router)).toEqual(['suspected', 'confirmed']);
    expect(connections(router)).toBe(1);
  });

  it.each([
    ['is not answered', () => undefined],
    ['ends with its connection', (response: { destroy: () => void }) => response.destroy()],
  ] as const)('sends the report on a new connection when the suspected one %s', async (_what, answer) => {
    const router = await start();
    router.api.answers = [answer, SWAPPED];

    expect((await router.report()).status).toBe(0);

    expect(router.bodies().at(-1)).toMatchObject({ event: 'peer-failed', evidence: { confirm: { verdict: 'dead' } } });
    expect([ids(router), router.api.requests.length, connections(router)]).toEqual([1, 2, 2]);
  });

  it('waits for an answer to the suspected report that comes 2 s after the peer was asked, and connects no more often than every 50 ms', async () => {
    const router = await start({ CONFIRM_FOR: '0.5' });
    await router.peer.silence();
    const passed = { connections: 0, ms: 0 };
    const afterConfirm = async () => {
      await sleep(1_000);
      // A connection that nobody answers is a process.
      const [before, began] = [router.processes().length, performance.now()];
      await sleep(2_000);
      passed.ms = performance.now() - began;
      passed.connections = router.processes().length - before;
    };
    router.api.answers = [(response) => void afterConfirm().then(() => PREPARED(response)), SWAPPED];
    const worker = router.awaitFailure();

    worker.write((Date.now() / 1000).toFixed(6));
    expect((await worker.ended).status).toBe(0);

    expect(phases(router)).toEqual(['suspected', 'confirmed']);
    expect(connections(router)).toBe(1);
    expect(passed.connections).toBeGreaterThan(0);
    expect(passed.connections).toBeLessThanOrEqual(router.peer.ports.length * (passed.ms / 50 + 2));
  });

  it('asks the peer for as long as it waits for that answer, and reports nothing when the peer answers', async () => {
    const router = await start({ CONFIRM_REFUSED: 'alive', ASK_AGAIN_FOR: '0' });
    await router.peer.silence();
    // The peer runs again after it has been asked for CONFIRM_FOR, and before the answer.
    router.api.answers = [() => void setTimeout(() => router.peer.kill(), 1_500), SWAPPED];

    expect((await router.report()).status).toBe(4);

    expect(phases(router)).toEqual(['suspected']);
  });

  it('sends the report again when its connection ends before the answer', async () => {
    const router = await start();
    router.api.answers = [PREPARED, (response) => response.destroy(), SWAPPED];

    expect((await router.report()).status).toBe(0);
    expect(phases(router)).toEqual(['suspected', 'confirmed', 'confirmed']);
  });

  it('asks the peer again when the confirmed report was without an answer for long', async () => {
    const router = await start();
    await router.peer.silence();
    router.api.answers = [
      PREPARED,
      (response) => {
        // The peer runs again, and answers.
        router.peer.kill();
        setTimeout(() => response.destroy(), 700);
      },
      SWAPPED,
    ];
    await router.configure({ REPORT_PHASES: '2', CONFIRM_FOR: '1', CONFIRM_REFUSED: 'alive', ASK_AGAIN_FOR: '0' });

    expect((await router.report()).status).toBe(4);

    expect(phases(router)).toEqual(['suspected', 'confirmed']);
  });

  it.each([
    ['while it asks the peer', 0],
    ['after it has asked the peer', 1300],
  ])('corrects its clock by the answer to the suspected report that comes %s', async (_when, afterMs) => {
    const router = await start();
    const date = Date.now() + 30_000;
    router.api.answers = [
      (response) => {
        response.setHeader('date', new Date(date).toUTCString());
        const refuse = answerJson(409, { outcome: 'refused', reason: 'report-stale', says: 'Too old.' });
        setTimeout(() => refuse(response), afterMs);
      },
      SWAPPED,
    ];

    expect((await router.report()).status).toBe(0);

    const [, report] = router.bodies();
    const { at = '', evidence } = report ?? {};
    for (const time of [at, evidence?.detectedAt ?? '', String(evidence?.confirm['at'])])
      expect(Math.abs(Date.parse(time) - date)).toBeLessThan(5_000);
    expect(router.bodies()).toHaveLength(2);
  });

  it('reports with new credentials after the suspected report was refused for the old ones', async () => {
    const router = await start();
    router.api.answers = [answerJson(403, { message: 'expired' }), SWAPPED];

    expect((await router.report()).status).toBe(0);
    expect([router.bodies().length, router.metadata.fetches]).toEqual([2, 2]);
  });

  it('reports with new credentials although the old ones were refused only after the peer had been asked', async () => {
    const router = await start();
    router.api.answers = [
      (response) => void setTimeout(() => answerJson(403, { message: 'expired' })(response), 1300),
      SWAPPED,
    ];

    expect((await router.report()).status).toBe(0);
    const signers = router.api.requests.map(
      ({ headers }) => /Credential=([^/]*)/.exec(headers.authorization ?? '')?.[1],
    );
    expect(signers).toEqual([CREDENTIALS.accessKeyId, CREDENTIALS.accessKeyId]);
  });

  it('retries without phases', async () => {
    const router = await start();
    router.api.answers = [PREPARED, PARTIAL, SWAPPED];

    expect((await router.report()).status).toBe(0);

    expect(phases(router)).toEqual(['suspected', 'confirmed', undefined]);
    expect(ids(router)).toBe(1);
  });

  it.each([
    ['leaves, which is intent', ['--event', 'peer-left']],
    ['has been silent for a while', ['--arrived', `${Math.floor(Date.now() / 1000) - 5}.000000`]],
  ])('sends one report of a peer that %s', async (_what, args) => {
    const router = await start();
    router.api.answers = [SWAPPED];

    await router.run([...ARGUMENTS, ...args, '--foreground']);

    expect(phases(router)).toEqual([undefined]);
  });

  it('reports once where Python is missing', async () => {
    const router = await start();
    router.api.answers = [SWAPPED];
    rmSync(join(router.directory, 'programs', 'api-connection'));

    const ended = await router.report();

    expect([ended.status, phases(router)]).toEqual([0, [undefined]]);
  });
});

describe('a waiting worker', () => {
  it('reports the failure at the time that it reads on its stdin', async () => {
    const router = await start({ CONFIRM_FOR: '0' });
    const now = Math.floor(Date.now() / 1000);

    const ended = await router.run([...ARGUMENTS, '--await'], { stdin: `${now}.123456\n` });

    expect(ended.status).toBe(0);
    expect(router.bodies().at(-1)?.evidence.detectedAt).toBe(new Date(now * 1000 + 123).toISOString());
  });

  it('fetches credentials when the peer fails, if there were none before', async () => {
    const router = await start();
    router.metadata.hasRole = false;
    let asked = 0;
    router.metadata.onRequest = async () => void (asked += 1);
    const failed = join(router.directory, 'failed');
    const failure = `until [[ -e ${failed} ]]; do sleep 0.01; done; echo ${Math.floor(Date.now() / 1000)}.000000`;
    const ended = router.run(['-c', `(${failure}) | bash ${REPORT} ${ARGUMENTS.join(' ')} --await`], {
      within: ['bash'],
    });
    const fetches = ({ cmdline, environ }: { cmdline: string; environ: string }) =>
      /(^|\/)curl\0/.test(cmdline) && environ.includes(router.directory);
    await router.until('end of the fetch', () => asked === 2 && !readProcesses().some(fetches));
    router.metadata.hasRole = true;
    writeFileSync(failed, '');

    expect((await ended).status).toBe(0);
    expect(phases(router)).toEqual(['suspected', 'confirmed']);
  });

  it('reports nothing when its stdin ends', async () => {
    const router = await start();

    expect((await router.run([...ARGUMENTS, '--await'])).status).toBe(0);

    await router.untilIdle();
    expect(router.api.requests).toEqual([]);
  });

  it('goes by the configuration as it is when the peer fails', async () => {
    const router = await start();
    router.api.answers = [SWAPPED];
    router.metadata.onRequest = async () => router.configure({ SITE: 'osaka', REPORT_PHASES: '1' });

    // It has read its configuration when it asks for credentials.
    const failure = `until grep -q osaka "$REPORT_CONF"; do sleep 0.01; done; echo ${Math.floor(Date.now() / 1000)}.000000`;

    await router.run(['-c', `(${failure}) | bash ${REPORT} ${ARGUMENTS.join(' ')} --await`], { within: ['bash'] });

    expect(router.api.requests.map(({ path }) => path)).toEqual(['/v1/sites/osaka/events']);
  });
});
