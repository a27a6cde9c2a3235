import { describe, expect, it } from 'vitest';
import { answerJson, SWAPPED } from './http-servers.ts';
import { LIVING, TestRouter } from './router.fixture.ts';

const BFD = '169.254.254.2';
const SETTINGS = { ...LIVING, CONFIRM_REFUSED: 'alive', DETECTORS: 'bfd', PEER_BFD: BFD, WATCH_EVERY: '0.01' };

/** Its kernel refuses, and BFD has just gone down: FRR has been stopped. */
async function withoutFrr(settings: Readonly<Record<string, string>>): Promise<TestRouter> {
  const router = await TestRouter.start({ ...SETTINGS, ...settings });
  await router.bfd({ [BFD]: 'up' });
  router.startScript('watch-bfd');
  await router.untilLogged(/now up/);
  await router.bfd({ [BFD]: 'down' });
  await router.untilLogged(/not reported: tokyo-1 answers at \S+ \(port \d+: refused\), so it is alive/);
  return router;
}

describe('report, of a peer whose daemons end before its kernel', () => {
  it('probes it again, and reports it as soon as it is silent, as a new outage', async () => {
    const router = await withoutFrr({ ASK_AGAIN_FOR: '600' });
    const before = Date.now();
    router.countsSessions();
    await router.command('vtysh', `echo '{"peers":{"169.254.10.6":{"state":"Established","pfxRcd":0}}}'`);

    await router.peer.silence();

    await router.untilAsked(1);
    const [body] = router.bodies();
    expect(body).toMatchObject({ event: 'peer-failed', evidence: { confirm: { verdict: 'dead' } } });
    expect(body?.evidence.bgp).toMatchObject({ tunnels: { established: 1, receiving: 0 } });
    expect(Date.parse(body?.evidence.detectedAt ?? '')).toBeGreaterThanOrEqual(before);
  });

  it('ends when BFD with it is up again', async () => {
    const router = await withoutFrr({ ASK_AGAIN_FOR: '600' });
    const [worker = 0] = await router.workers();

    await router.bfd({ [BFD]: 'up' });

    await router.until('end of the report', async () => !(await router.workers()).includes(worker));
    expect(router.api.requests).toEqual([]);
  });

  it('ends when it has answered for long enough', async () => {
    const router = await TestRouter.start({ ...LIVING, CONFIRM_REFUSED: 'alive', ASK_AGAIN_FOR: '0.6' });

    expect((await router.report()).status).toBe(4);

    expect(router.api.requests).toEqual([]);
  });

  it('lets a goodbye through at once', async () => {
    const router = await withoutFrr({ ASK_AGAIN_FOR: '600' });
    expect(await router.workers()).toHaveLength(1);

    expect((await router.report('peer-left')).status).toBe(0);

    expect(router.bodies()).toMatchObject([{ event: 'peer-left' }]);
  });

  it('retries after a refused leave, until it is silent', async () => {
    const router = await TestRouter.start({ ...LIVING, CONFIRM_REFUSED: 'alive', ASK_AGAIN_FOR: '600' });
    router.api.answers = [answerJson(409, { outcome: 'refused', reason: 'owner-healthy', says: 'It works.' }), SWAPPED];
    const ended = router.report('peer-left');
    await router.untilLogged(/abandoned: tokyo-1 answers at/);

    await router.peer.silence();

    expect((await ended).status).toBe(0);
    expect(router.bodies()).toMatchObject([{}, { evidence: { confirm: { verdict: 'dead' } } }]);
  });

  it('takes a program that answers after silence for the end of the outage', async () => {
    const router = await TestRouter.start({ ...LIVING, ASK_AGAIN_FOR: '600' });
    router.api.answers = [answerJson(503, { outcome: 'partial', reason: 'not-seen', says: 'Ask again.' })];
    const ended = router.report();
    await router.untilAsked(1);

    await router.peer.revive();

    expect((await ended).status).toBe(4);
  });
});
