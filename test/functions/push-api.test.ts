import { describe, expect, it } from 'vitest';
import { configPushHttpRequest } from '#contracts/config-push-api.ts';
import type { SentConfigPushRequest } from '#contracts/push-request.ts';
import { answerOperator } from '#functions/config-push/answer-operator.ts';
import type { HttpEvent } from '#functions/http.ts';
import { requestProgress } from '#functions/route-swap/request-progress.ts';
import { FakePushRequests } from './fake-routers.ts';
import { PushedPair, WIDER } from './pushed-pair.ts';

const ANN = 'arn:aws:sts::123456789012:assumed-role/on-call/ann';
const EVE = 'arn:aws:iam::123456789012:user/eve';

/** Tokyo's config-push behind its API. */
class PushedApi {
  readonly pair = new PushedPair();
  readonly requests = new FakePushRequests();

  post(id: string, sent: SentConfigPushRequest, { caller = ANN, site = 'tokyo', more = {} as object } = {}) {
    const { method, path, body } = configPushHttpRequest(site, id, sent);
    return this.send(`${method} ${path.replace(`/${site}/`, '/{site}/')}`, { ...body, ...more }, caller, site);
  }

  async send(routeKey: string, body: unknown, caller = ANN, site = 'tokyo') {
    const event = {
      routeKey,
      pathParameters: { site },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      isBase64Encoded: false,
      requestContext: { authorizer: { iam: { userArn: caller } }, http: { sourceIp: '203.0.113.11' } },
    } as unknown as HttpEvent;
    const { account } = this.pair.world.tools();
    const ports = { ...this.pair.tools(), account, requests: this.requests.store };
    const answer = await answerOperator(event, ports);
    return { status: answer.statusCode, body: JSON.parse(answer.body ?? '') as Readonly<Record<string, unknown>> };
  }

  progress(id: string, now = this.pair.world.now) {
    const pushRequest = async () => this.requests.kept.get(id);
    return requestProgress(id, { pushRequest, pushJournal: async () => this.pair.pushes.last, now: () => now });
  }

  async push(more: Partial<Extract<SentConfigPushRequest, { action: 'push' }>> = {}) {
    const { routers } = await this.pair.plan();
    const digests = Object.fromEntries(routers.map(({ name, digest }) => [name, digest]));
    return { action: 'push', id: 'push-1', topology: WIDER, digests, ...more } as const;
  }
}

describe('an operator of the API', () => {
  it('is the sender of the push', async () => {
    const api = new PushedApi();
    expect(await api.post('r1', await api.push({ by: 'the CEO' }))).toMatchObject({
      status: 200,
      body: { outcome: 'pushed', router: 'tokyo-2' },
    });
    const { last } = api.pair.pushes;
    expect(last).toMatchObject({ by: 'assumed-role/on-call/ann ("the CEO")', requestedBy: { arn: ANN } });
    expect(api.pair.world.history).toMatchObject([{ requestedBy: { arn: ANN, stated: 'the CEO' } }]);
  });

  it('who cancels the push of somebody else is named', async () => {
    const api = new PushedApi();
    await api.post('r1', await api.push({ only: 'tokyo-2', hold: true }));
    const undo = { action: 'undo', id: 'push-1', router: 'tokyo-2' } as const;
    const { body } = await api.post('r2', undo, { caller: EVE });
    expect(body['says']).toContain('its push was cancelled by user/eve');
  });

  it.each([{}, { only: 'tokyo-2' }])(
    'who sent undo keeps a late request of that push from beginning: %j',
    async (more) => {
      const api = new PushedApi();
      const push = await api.push(more);
      await api.post('r2', { action: 'undo', id: 'push-1', router: 'tokyo-2' });
      expect(await api.post('r1', push)).toMatchObject({ status: 409, body: { reason: 'called-off' } });
      expect(api.pair.standby.acts).toEqual([]);
      expect(await api.post('r3', { ...push, id: 'push-2' })).toMatchObject({ body: { outcome: 'pushed' } });
    },
  );

  it('who confirms the push of somebody else is named', async () => {
    const confirmedBy = async (caller: string) => {
      const api = new PushedApi();
      await api.post('r1', await api.push({ only: 'tokyo-2', hold: true }));
      await api.post('r2', { action: 'confirm', id: 'push-1', router: 'tokyo-2' }, { caller });
      return api.pair.world.history;
    };
    const says = (end: RegExp) => [{ says: expect.stringMatching(end) as string, requestedBy: { arn: ANN } }];
    expect(await confirmedBy(EVE)).toMatchObject(says(/has its new configuration\. user\/eve confirmed it\.$/));
    expect(await confirmedBy(ANN)).toMatchObject(says(/has its new configuration\.$/));
  });

  it('gets the same answer to a repeated request, which is not carried out again', async () => {
    const api = new PushedApi();
    const push = await api.push();
    const first = await api.post('r1', push);
    const acts = [...api.pair.standby.acts];
    expect(await api.post('r1', push)).toEqual(first);
    expect(api.pair.standby.acts).toEqual(acts);
    expect(await api.progress('r1')).toEqual({ state: 'ended', ...first });
    expect(await api.post('r1', { action: 'settle' })).toMatchObject({ status: 409, body: { reason: 'replayed' } });
  });

  it.each([
    ['applying', /^tokyo-2 gets its configuration/],
    ['held', /^tokyo-2 has its configuration and waits for its far ends$/],
    ['confirming', /^tokyo-2 is verified/],
    ['broken', /^tokyo-2 could not restore/],
  ] as const)('learns what is done with which router: %s', async (state, says) => {
    const api = new PushedApi();
    await api.post('r1', await api.push({ hold: true }));
    const { last } = api.pair.pushes;
    if (last?.applying === undefined) throw new Error('no push is held');
    api.pair.pushes.last = { ...last, applying: { ...last.applying, state } };
    const { digest = '', endsAt = 0 } = api.requests.kept.get('r1') ?? {};
    api.requests.kept.set('r1', { digest, run: last.run, endsAt });
    api.requests.kept.set('r2', { digest, run: 'of another run', endsAt });
    expect(await api.progress('r1')).toEqual({ state: 'under-way', says: expect.stringMatching(says) as string });
    expect(await api.progress('r2')).toEqual({ state: 'under-way' });
    api.pair.pushes.last = { ...last, applying: undefined, installing: { router: 'tokyo-1' } };
    expect(await api.progress('r1')).toMatchObject({ says: expect.stringMatching(/^tokyo-1 installs/) as string });
  });

  it('gets 202 for a request that is under way, which ends with the time of the function', async () => {
    const api = new PushedApi();
    const push = await api.push();
    await api.post('r1', push);
    const { digest = '', run = '', endsAt = 0 } = api.requests.kept.get('r1') ?? {};
    api.requests.kept.set('r1', { digest, run, endsAt });
    expect(await api.post('r1', push)).toMatchObject({ status: 202, body: { outcome: 'under-way' } });
    expect(await api.progress('r1')).toEqual({ state: 'under-way' });
    expect(await api.progress('r1', endsAt + 60_000)).toEqual({ state: 'unknown' });
    api.pair.world.now = endsAt + 60_000;
    const late = await api.post('r1', push);
    expect(late).toMatchObject({ status: 409, body: { outcome: 'refused', reason: 'unanswered' } });
    expect(late.body['says']).toMatch(/r1 ended without an answer, and may have had an effect/);
    expect(await api.progress('r9')).toEqual({ state: 'unknown' });
  });

  it.each<[string, number, string, (api: PushedApi) => ReturnType<PushedApi['send']>]>([
    ['of another site', 400, 'unknown-site', (api) => api.post('r1', { action: 'settle' }, { site: 'virginia' })],
    ['without an id', 400, 'malformed-request', (api) => api.send('POST /v1/sites/{site}/config/settle', {})],
    ['that is no JSON', 400, 'malformed-request', (api) => api.send('POST /v1/sites/{site}/config/plan', '{')],
    [
      'that is too large',
      413,
      'body-too-large',
      (api) => api.send('POST /v1/sites/{site}/config/plan', { topology: 'x'.repeat(5_000_000) }),
    ],
    [
      'of a router',
      403,
      'not-an-operator',
      (api) =>
        api.post('r1', { action: 'settle' }, { caller: 'arn:aws:sts::123456789012:assumed-role/tokyo-router/i-1' }),
    ],
  ])('is refused a request %s', async (_, status, reason, send) => {
    const api = new PushedApi();
    expect(await send(api)).toMatchObject({ status, body: { outcome: 'refused', reason } });
    expect(api.requests.kept.size).toBe(0);
    expect(api.pair.world.details).toContainEqual(expect.objectContaining({ reason, sourceIp: '203.0.113.11' }));
  });

  it('is answered by a status: 409 for what a rule refuses, 400 for a wrong topology and for what is no request', async () => {
    const api = new PushedApi();
    const stale = await api.push({ digests: {} });
    expect(await api.post('r1', stale)).toMatchObject({
      status: 409,
      body: { outcome: 'refused', reason: 'plan-changed' },
    });
    const plan = { action: 'plan', topology: 'x: 1' } as const;
    expect(await api.post('r2', plan)).toMatchObject({ status: 400, body: { outcome: 'wrong-topology' } });
    const odd = await api.post('r3', { action: 'settle' }, { more: { further: 1 } });
    expect(odd).toMatchObject({ status: 400, body: { outcome: 'bad-request' } });
  });

  it.each(['held', 'confirm', 'undo'] as const)(
    'gets 400 for %s of a router that the site does not have',
    async (action) => {
      const api = new PushedApi();
      await api.post('r1', await api.push({ only: 'tokyo-2', hold: true }));
      const before = [...api.pair.standby.acts];
      const { status, body } = await api.post('r2', { action, id: 'push-1', router: 'osaka-1' });
      expect([status, body['outcome'], body['says']]).toEqual([
        400,
        'bad-request',
        expect.stringMatching(/router: unknown router "osaka-1"; site tokyo has tokyo-1 and tokyo-2/),
      ]);
      expect(api.pair.standby.acts).toEqual(before);
    },
  );

  it('gets an end of a request whose answer cannot be kept, and does not wait for the time of the function', async () => {
    const api = new PushedApi();
    const { keep } = api.requests.store;
    let full = true;
    api.requests.store.keep = (id, request) => {
      if (!full) return keep(id, request);
      full = false;
      return Promise.reject(new Error('Item size has exceeded the maximum allowed size'));
    };
    const push = await api.push();
    expect(await api.post('r1', push)).toMatchObject({ status: 200, body: { outcome: 'pushed' } });
    expect(await api.progress('r1')).toMatchObject({
      state: 'ended',
      status: 500,
      body: {
        outcome: 'failed',
        says: expect.stringMatching(/has ended, and its answer could not be kept; read the status/) as string,
      },
    });
  });

  it('is told that nothing was begun when the store does not take the request', async () => {
    const api = new PushedApi();
    api.requests.store.claim = () => Promise.reject(new Error('throttled'));
    const { status, body } = await api.post('r1', await api.push());
    expect([status, body['outcome'], body['says']]).toEqual([
      500,
      'failed',
      expect.stringContaining('Nothing was begun'),
    ]);
    expect(api.pair.standby.acts).toEqual([]);
  });
});
