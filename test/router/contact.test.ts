import { describe, expect, it } from 'vitest';
import { answerJson, HEARD } from './http-servers.ts';
import { LIVING, TestRouter } from './router.fixture.ts';

const once = (router: TestRouter) => router.run(['--once'], { script: 'reconcile' });
const NO = answerJson(400, { outcome: 'refused', reason: 'malformed', says: 'No such "event".' });

async function living(settings: Readonly<Record<string, string>> = {}): Promise<TestRouter> {
  const router = await TestRouter.start({ ...LIVING, RECONCILE_EVERY: '0.05', DETECTORS: 'bfd', ...settings });
  router.usesCurl();
  await router.peer.revive();
  return router;
}

describe('reconcile, in contact with the API', () => {
  it('sends a signed contact, without BGP counts', async () => {
    const router = await living();

    await once(router);

    const [contact] = router.api.contacts;
    expect(contact).toMatchObject({ method: 'POST', path: '/v1/sites/tokyo/events' });
    expect(contact?.headers.authorization).toContain('/ap-northeast-1/execute-api/aws4_request');
    const iso: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(JSON.parse(contact?.body ?? '')).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      detector: 'bfd',
      event: 'contact',
      reporter: 'tokyo-2',
      subject: 'tokyo-2',
      at: iso,
    });
    expect(await router.log()).toContain('in contact with the API: a report would arrive');
  });

  it('does so every CONTACT_EVERY, each time with credentials fetched for it, and says it once', async () => {
    const router = await living({ CONTACT_EVERY: '0.1' });
    router.startScript('reconcile');

    await router.until('three contacts', () => router.api.contacts.length >= 3);

    expect(router.metadata.fetches).toBeGreaterThanOrEqual(3);
    expect((await router.log()).match(/in contact with the API/g)).toHaveLength(1);
  });

  it('does so once in CONTACT_EVERY, however often it probes the peer', async () => {
    const router = await living({ CONTACT_EVERY: '600', HEARTBEAT: 'on' });
    router.startScript('reconcile');
    await router.untilAsked(5);

    expect(router.api.contacts).toHaveLength(1);
  });

  it('tries again in the next round after a failure, and logs the reason once, and the next success', async () => {
    const router = await living({ CONTACT_EVERY: '600' });
    router.api.contactAnswers = [NO, NO, NO, HEARD];
    router.startScript('reconcile');

    await router.untilLogged(/in contact with the API/);

    const log = await router.log();
    expect(log.match(/no contact with the API, so a report would not arrive: HTTP 400: No such/g)).toHaveLength(1);
    expect(router.api.contacts).toHaveLength(4);
  });

  it('logs that there are no credentials', async () => {
    const router = await living();
    router.metadata.hasRole = false;

    await once(router);

    expect(await router.log()).toContain('so a report would not arrive: the metadata service gave no credentials');
  });

  it('logs that the API is unreachable', async () => {
    const router = await living();
    await router.cutApi();

    await once(router);

    expect(await router.log()).toContain('so a report would not arrive: no answer from http://127.0.0.1');
  });

  it('goes by the API’s clock once that is known, and is refused for its own only once', async () => {
    const router = await living({ CONTACT_EVERY: '0.1' });
    const refused = answerJson(409, { outcome: 'refused', reason: 'report-stale', says: 'The report is too old.' });
    router.api.contactAnswers = [
      (response) => {
        response.setHeader('date', new Date(Date.now() + 30_000).toUTCString());
        refused(response);
      },
      HEARD,
    ];
    router.startScript('reconcile');
    await router.until('three contacts', () => router.api.contacts.length >= 3);

    const ahead = router.api.contacts.map(
      ({ body }) => Date.parse((JSON.parse(body) as { at: string }).at) - Date.now(),
    );
    for (const ms of ahead.slice(1)) expect(ms).toBeGreaterThan(15_000);
  });

  it('does not keep a round from probing the peer', async () => {
    const router = await living();
    router.api.contactAnswers = [() => undefined];
    router.startScript('reconcile');
    await router.until('contact', () => router.api.contacts.length === 1);

    router.peer.kill();

    await router.untilAsked(1);
    expect(router.bodies()).toMatchObject([{ event: 'peer-failed' }]);
  });
});
