import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIVING, TestRouter } from './router.fixture.ts';

describe('report, confirming', () => {
  it('does not report a peer that answers on its ports, and logs the ports', async () => {
    const router = await TestRouter.start(LIVING);
    await router.peer.revive();

    expect((await router.report()).status).toBe(4);
    expect(router.api.requests).toEqual([]);
    expect(await router.log()).toMatch(/not reported: tokyo-1 answers at 127\.\S+ \(port \d+: open\), so it is alive/);
  });

  it('treats a refused connection as a live host, unless configured otherwise', async () => {
    const router = await TestRouter.start({ ...LIVING, CONFIRM_REFUSED: 'alive' });

    expect((await router.report()).status).toBe(4);
    expect(router.api.requests).toEqual([]);
    expect(await router.log()).toMatch(/not reported: .*port \d+: refused/);
  });

  it('reports a peer from which nothing at all comes back', async () => {
    const router = await TestRouter.start({ ...LIVING, CONFIRM_REFUSED: 'alive' });
    await router.peer.silence();

    expect((await router.report()).status).toBe(0);
    const address: unknown = expect.stringMatching(/^127\.77\./);
    const ms: unknown = expect.any(Number);
    expect(router.bodies()[0]?.evidence.confirm).toEqual({
      verdict: 'dead',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      address,
      refusedMeans: 'alive',
      ports: { 17946: 'silent', 10179: 'silent' },
      api: 'open',
      ms,
    });
  });

  describe('keeps over reboots whether the peer has ever answered', () => {
    async function confirmed(router: TestRouter): Promise<unknown> {
      await router.peer.silence();
      await router.report();
      return router.bodies().at(-1)?.evidence.confirm;
    }
    const memory = (router: TestRouter) => join(router.directory, 'peer-answered');
    const remembering = async () => {
      const settings = { ...LIVING, CONFIRM_REFUSED: 'alive' };
      const router = await TestRouter.start(settings);
      await router.configure({ ...settings, PEER_MEMORY: memory(router) });
      return router;
    };

    it('and says that it never has, so that its silence is no failure', async () => {
      expect(await confirmed(await remembering())).toMatchObject({ verdict: 'dead', everAnswered: false });
    });

    it('and that it has, from the first answer on', async () => {
      const router = await remembering();
      await router.peer.revive();
      expect((await router.report()).status).toBe(4);
      expect(await readFile(memory(router), 'utf8')).toBe(`${router.peer.address}\n`);
      router.peer.kill();
      expect(await confirmed(router)).toMatchObject({ verdict: 'dead', everAnswered: true });
    });

    it('but not of a peer at another address', async () => {
      const router = await remembering();
      await writeFile(memory(router), '10.9.9.9\n');
      expect(await confirmed(router)).toMatchObject({ everAnswered: false });
    });

    it.each([
      ['up, its ports alone are closed: that is no failure', 'up', false],
      ['down, it was alive and is so no longer', 'down', true],
      ['not known, it was alive once', 'unknown', true],
    ])('of one that only BFD has seen, while BFD is %s', async (_, state, everAnswered) => {
      const router = await remembering();
      const settings = { ...LIVING, CONFIRM_REFUSED: 'alive', DETECTORS: 'bfd', PEER_BFD: '169.254.254.1' };
      await router.configure({ ...settings, PEER_MEMORY: memory(router) });
      await writeFile(memory(router), `${router.peer.address} bfd\n`);
      await mkdir(join(router.directory, 'state'), { recursive: true });
      await writeFile(join(router.directory, 'state', 'watch-bfd'), `${process.pid} ${state}\n`);
      expect(await confirmed(router)).toMatchObject({ verdict: 'dead', everAnswered });
    });

    it('and states nothing if a full disk lost that record', async () => {
      const router = await remembering();
      await writeFile(memory(router), '');
      expect(await confirmed(router)).not.toHaveProperty('everAnswered');
    });
  });

  it('connects repeatedly: a peer that answers at the last moment is alive', async () => {
    const router = await TestRouter.start({ ...LIVING, CONFIRM_REFUSED: 'alive', CONFIRM_FOR: '60' });
    await router.peer.silence();
    const ended = router.report();
    // Two ports, three times.
    await router.until('six connections', () => router.processes().length > 6);

    router.peer.kill();

    expect((await ended).status).toBe(4);
    expect(router.api.requests).toEqual([]);
    expect(await router.log()).toContain('so it is alive');
  });

  it('waits while the API is out of reach as well, and reports once it is back', async () => {
    const router = await TestRouter.start();
    await router.cutApi();
    const ended = router.report();
    await router.untilLogged(/this router may be the isolated one/);

    await router.restoreApi();

    expect((await ended).status).toBe(0);
    expect(router.api.requests).toHaveLength(1);
  });

  it('fetches credentials again while it is cut off, and reports with the new ones', async () => {
    const router = await TestRouter.start();
    router.metadata.hasRole = false;
    await router.cutApi();
    const ended = router.report();
    await router.untilLogged(/this router may be the isolated one/);

    router.metadata.hasRole = true;
    await router.until('new credentials', () => router.metadata.fetches > 0);
    await router.restoreApi();

    expect((await ended).status).toBe(0);
    expect(await router.log()).not.toContain('try 1 failed');
  });

  it('does not report a peer that is there again once this router is no longer cut off', async () => {
    // On a busy machine an answer may take longer than the 0.3 s.
    const router = await TestRouter.start({ ...LIVING, CONFIRM_FOR: '2' });
    await router.cutApi();
    const ended = router.report();
    await router.untilLogged(/this router may be the isolated one/);

    await router.peer.revive();
    await router.restoreApi();

    expect((await ended).status).toBe(4);
    expect(router.api.requests).toEqual([]);
  });

  it('keeps retrying while it is cut off, and logs that once', async () => {
    const router = await TestRouter.start({ GIVE_UP_AFTER: '0', NOTED_EVERY: '600', RETRY_DELAYS: '0' });
    await router.cutApi();
    await router.command('sleep', `echo >>${router.directory}/waits; PATH="\${PATH#*:}" exec sleep "$@"`);
    const ended = router.report();
    await router.until('three waits', async () =>
      /\n\n\n/.test(await readFile(join(router.directory, 'waits'), 'utf8').catch(() => '')),
    );

    await router.restoreApi();

    expect((await ended).status).toBe(0);
    expect((await router.log()).match(/isolated/g)).toHaveLength(1);
  });

  it('does not probe a peer that left on purpose before the first try', async () => {
    const router = await TestRouter.start(LIVING);
    await router.peer.revive();

    expect((await router.report('peer-left')).status).toBe(0);
    expect(router.bodies()).toMatchObject([
      { event: 'peer-left', evidence: { confirm: { verdict: 'not asked: leaving is intent' } } },
    ]);
  });
});
