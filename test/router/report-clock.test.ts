import { describe, expect, it } from 'vitest';
import { type Answer, answerJson, SWAPPED } from './http-servers.ts';
import { LIVING, TestRouter } from './router.fixture.ts';

const HOUR_MS = 3_600_000;

/** An answer of an API whose clock is so far from this router's. */
const answeredAt =
  (offsetMs: number, answer: Answer): Answer =>
  (response) => {
    response.setHeader('date', new Date(Date.now() + offsetMs).toUTCString());
    answer(response);
  };

const EXPIRED = answerJson(403, { message: 'Signature expired' });
const STALE = answerJson(409, { outcome: 'refused', reason: 'report-stale', says: 'The report is too old.' });

/** How far the time that a request is signed for, and the one that its report says, are from now, ms. */
function timesOf(router: TestRouter, index: number): number[] {
  const { at = '' } = router.bodies()[index] ?? {};
  const signed = String(router.api.requests[index]?.headers['x-amz-date']);
  const iso = signed.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return [Date.parse(iso) - Date.now(), Date.parse(at) - Date.now()];
}

describe('report, on a router whose clock is wrong', () => {
  it.each([
    ['an hour behind, refused for its signature', HOUR_MS, EXPIRED],
    ['an hour ahead, refused for its signature', -HOUR_MS, EXPIRED],
    ['half a minute behind, refused as stale', 30_000, STALE],
  ])('retries with the API’s time: %s', async (_what, offsetMs, refusal) => {
    const router = await TestRouter.start({ RETRY_DELAYS: '600' });
    router.usesCurl();
    router.api.answers = [answeredAt(offsetMs, refusal), answeredAt(offsetMs, SWAPPED)];

    // At once: without a wait, which would be ten minutes here.
    expect((await router.report()).status).toBe(0);

    for (const off of timesOf(router, 1)) expect(Math.abs(off - offsetMs)).toBeLessThan(5_000);
    expect(await router.log()).toMatch(/this router's clock is -?\d+ s ahead of the API's/);
  });

  it('sends the time of the event by the API’s clock, too', async () => {
    const router = await TestRouter.start();
    router.usesCurl();
    router.api.answers = [answeredAt(HOUR_MS, EXPIRED), answeredAt(HOUR_MS, SWAPPED)];

    await router.report();

    const detectedAt = Date.parse(router.bodies()[1]?.evidence.detectedAt ?? '');
    expect(Math.abs(detectedAt - Date.now() - HOUR_MS)).toBeLessThan(15_000);
  });

  it('does not blame a clock that is right for a refusal', async () => {
    const router = await TestRouter.start();
    router.usesCurl();
    router.api.answers = [answeredAt(0, EXPIRED), answeredAt(0, EXPIRED), SWAPPED];

    expect((await router.report()).status).toBe(0);
    expect(router.api.requests).toHaveLength(3);
    expect(await router.log()).not.toContain('clock');
  });

  it('does not retry at once without end if the API refuses any clock', async () => {
    const router = await TestRouter.start({ RETRY_DELAYS: '600' });
    router.usesCurl();
    router.api.answers = [answeredAt(HOUR_MS, EXPIRED)];

    void router.report();

    await router.untilProcess(/^sleep\0(6|7|8|9)\d\d\./);
    expect(router.api.requests).toHaveLength(2);
  });

  it.each([
    ['an hour behind, refused for its signature', HOUR_MS, EXPIRED],
    ['half a minute ahead, refused as stale', -30_000, STALE],
  ])('sends heartbeats by the API’s clock once it knows it: %s', async (_what, offsetMs, refusal) => {
    const router = await TestRouter.start({ ...LIVING, HEARTBEAT: 'on', RECONCILE_EVERY: '0.1' });
    router.usesCurl();
    await router.peer.revive();
    router.api.answers = [answeredAt(offsetMs, refusal), answeredAt(offsetMs, SWAPPED)];
    router.startScript('reconcile');

    await router.untilLogged(/heartbeats are accepted/);

    for (const off of timesOf(router, 1)) expect(Math.abs(off - offsetMs)).toBeLessThan(5_000);
  });
});
