import { describe, expect, it } from 'vitest';
import { httpRequestOf, type OperatorRequest } from '#contracts/site-api.ts';
import { SwapProgress } from '#contracts/swap-progress.ts';
import type { HttpEvent } from '#functions/http.ts';
import { answerOperator } from '#functions/route-swap/answer-operator.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import { readOperatorRequest } from '#functions/route-swap/read-operator-request.ts';
import { unverified } from '#functions/route-swap/unverified.ts';
import { ACTIVE_ENI, NOW, SITE, STANDBY_ENI, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const ANN = 'arn:aws:sts::123456789012:assumed-role/on-call/ann';
const ANN_SHORT = 'assumed-role/on-call/ann';
const DENIED = { kind: 'final', code: 'UnauthorizedOperation', message: 'You are not authorized' } as const;
const MOVE = {
  action: 'switchover',
  id: 'move-1',
  to: 'tokyo-2',
  by: 'ann@desk',
  reason: 'kernel, 6.6 & more',
} as const;

/** The event that API Gateway makes of an HTTP request. */
function eventOf(request: OperatorRequest, { caller = ANN, site = SITE.name } = {}): HttpEvent {
  const { method, path, body } = httpRequestOf(site, request);
  const { pathname, searchParams } = new URL(path, 'https://api');
  const [, , , , name = '', id] = pathname.split('/');
  return {
    routeKey: `${method} /v1/sites/{site}/${name}${id === undefined ? '' : '/{id}'}`,
    pathParameters: { site, ...(id !== undefined && { id: decodeURIComponent(id) }) },
    queryStringParameters: Object.fromEntries(searchParams),
    ...(body !== undefined && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request-1',
      authorizer: { iam: { userArn: caller } },
      http: { sourceIp: '203.0.113.11' },
    },
  } as unknown as HttpEvent;
}

function healthyWorld(): FakeWorld {
  const world = new FakeWorld();
  world.hasSaid('tokyo-2', NOW, UP);
  return world;
}

function paused(): FakeWorld {
  const world = healthyWorld();
  world.stored = { ...world.stored, pause: { since: NOW, until: NOW + 60_000, by: 'bob', reason: 'x' } };
  return world;
}

async function ask(world: FakeWorld, event: HttpEvent) {
  const { statusCode, body = '' } = await answerOperator(event, world.tools());
  return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> };
}

describe('every request arrives over HTTP as it was sent', () => {
  it.each<OperatorRequest>([
    { action: 'status' },
    { action: 'history', limit: 7 },
    { action: 'history' },
    { action: 'history', id: 'move-1' },
    { action: 'rehearse' },
    { action: 'examine' },
    { action: 'result', id: 'a b/c?d' },
    { action: 'request', id: 'request-1' },
    { ...MOVE, overrides: ['paused', 'mode-observe'], dryRun: true },
    { ...MOVE, overrides: ['paused'] },
    { action: 'failback', id: 'move-2', by: 'ann', reason: 'x', dryRun: true },
    { action: 'pause', forMs: 60_000, by: 'ann', reason: 'x' },
    { action: 'resume', by: 'ann' },
    { action: 'acknowledge', id: 'swap-1', by: 'ann', reason: 'x' },
    { action: 'maintenance', router: 'tokyo-1', on: false, by: 'ann', reason: 'x' },
    {
      action: 'record-drill',
      id: 'drill-1',
      by: 'ann',
      says: 'The routes moved and returned.',
      drill: { outcome: 'passed', from: 'tokyo-1', to: 'tokyo-2', returned: true, budgetMs: 1000, legs: [] },
    },
  ])('$action', (request) => {
    const isPlan = 'dryRun' in request && request.dryRun === true;
    const by = isPlan ? ANN_SHORT : `${ANN_SHORT} ("${'by' in request ? request.by : ''}")`;
    expect(readOperatorRequest(eventOf(request), new FakeWorld().tools())).toMatchObject({
      request: readDirectRequest({ ...request, ...('by' in request && { by }) }, SITE),
    });
  });
});

describe('an operator', () => {
  it('is recorded by the verified ARN; the name in the request is a note beside it', async () => {
    const world = healthyWorld();
    const { status, body } = await ask(world, eventOf({ ...MOVE, by: 'the CEO' }));
    expect([status, body['outcome']]).toEqual([200, 'swapped']);
    expect(body['says']).toContain('assumed-role/on-call/ann ("the CEO") asks for a switchover to tokyo-2');
    expect(world.history).toMatchObject([{ kind: 'swap', requestedBy: { arn: ANN, stated: 'the CEO' } }]);
    await ask(world, eventOf({ action: 'pause', forMs: 60_000, by: 'the CEO', reason: 'x' }));
    expect(world.stored.pause?.by).toBe('assumed-role/on-call/ann ("the CEO")');
    expect(world.history.at(-1)).toMatchObject({ kind: 'operator', requestedBy: { arn: ANN } });
  });

  it('cannot end the quotes of the stated name, nor fill a sentence with it', async () => {
    const by = `x") and user/bob ("${'y'.repeat(200)}`;
    const { status, body } = await ask(paused(), eventOf({ action: 'resume', by }));
    expect(status).toBe(200);
    expect(body['says']).toMatch(/^assumed-role\/on-call\/ann \("x\\"\) and user\/bob \(\\"y+…"\) ended the pause/);
  });

  it('is named whole, whatever the path of an IAM user contains', async () => {
    const named = async (caller: string) =>
      (await ask(paused(), eventOf({ action: 'resume', by: 'x' }, { caller }))).body;
    expect((await named('arn:aws:iam::123456789012:user/bob:/eve'))['says']).toMatch(/^user\/bob:\/eve \(/);
    const long = await named(`arn:aws:iam::123456789012:user/${'p'.repeat(400)}/eve`);
    expect(long['says']).toMatch(/^user\/p+…p+\/eve \("x"\) ended the pause/);
  });

  it('who invokes the function directly is recorded as not verified', async () => {
    const { request, requestedBy } = unverified(readDirectRequest(MOVE, SITE));
    expect(requestedBy).toEqual({ stated: 'ann@desk' });
    expect(request).toMatchObject({ trigger: { by: 'ann@desk (not verified)' } });
    const resume = unverified(readDirectRequest({ action: 'resume', by: 'user/ann' }, SITE));
    expect(resume.request).toEqual({ act: { action: 'resume', by: 'user/ann (not verified)' } });
  });

  it('gets 409 for what a rule refuses, and nothing moves', async () => {
    const world = paused();
    const { status, body } = await ask(world, eventOf(MOVE));
    expect([status, body['outcome'], body['reason']]).toEqual([409, 'refused', 'paused']);
    expect([...world.targets.values()]).toEqual([ACTIVE_ENI, ACTIVE_ENI]);
  });

  describe('maintenance of the only fit router', () => {
    const request = { action: 'maintenance', router: 'tokyo-2', on: true, by: 'ann', reason: 'disk' } as const;
    const onlyFit = () => {
      const world = healthyWorld();
      world.ec2['tokyo-1'] = { ...world.ec2['tokyo-1'], instance: 'stopped' } as never;
      return world;
    };
    const isIn = (world: FakeWorld) => world.stored.maintenance[STANDBY_ENI] !== undefined;

    it('is refused with 409, and nothing is stored', async () => {
      const world = onlyFit();
      const { status, body } = await ask(world, eventOf(request));
      expect([status, body['outcome'], body['reason'], isIn(world)]).toEqual([409, 'refused', 'last-fit', false]);
      expect(body['says']).toMatch(/^tokyo-2 is the only fit router of tokyo, because tokyo-1 is not fit/);
    });

    it('is done with the override, while a swap is under way, and if the other router is fit', async () => {
      const overridden = onlyFit();
      expect((await ask(overridden, eventOf({ ...request, overrides: ['last-fit'] }))).status).toBe(200);
      const swapping = onlyFit();
      const unfinished = { epoch: 1, to: STANDBY_ENI, reason: 'owner-not-running' } as const;
      swapping.stored = { ...swapping.stored, epoch: 1, leasedUntil: NOW + 10_000, unfinished };
      expect((await ask(swapping, eventOf(request))).status).toBe(200);
      const healthy = healthyWorld();
      healthy.hasSaid('tokyo-1', NOW, UP);
      expect((await ask(healthy, eventOf(request))).status).toBe(200);
      expect([overridden, swapping, healthy].map(isIn)).toEqual([true, true, true]);
    });
  });

  describe('maintenance while EC2 answers no read, as during a throttled swap', () => {
    const request = { action: 'maintenance', router: 'tokyo-2', on: true, by: 'ann', reason: 'disk' } as const;

    it.each<[string, Partial<FakeWorld['stored']>]>([
      ['stops a swap that is under way', { epoch: 1, leasedUntil: NOW + 10_000 }],
      ['is done, because it is unknown whether the other router is fit', {}],
    ])('%s', async (_, stored) => {
      const world = healthyWorld();
      world.stored = { ...world.stored, ...stored };
      const throttled = () => Promise.reject(new Error('Request limit exceeded.'));
      const { statusCode } = await answerOperator(eventOf(request), world.tools({ describeRoutes: throttled }));
      expect([statusCode, world.stored.maintenance[STANDBY_ENI] !== undefined]).toEqual([200, true]);
    });
  });

  it('need not choose an id, a reason of a plan, or a name', async () => {
    const event = { ...eventOf({ ...MOVE, dryRun: true }), queryStringParameters: { to: 'tokyo-2' } };
    const { status, body } = await ask(healthyWorld(), event);
    expect([status, body['decision']]).toMatchObject([200, { kind: 'swap' }]);
  });

  it.each(['switchover', 'failback'])('plans a %s that is only to be planned, and moves nothing', async (action) => {
    const world = healthyWorld();
    const order = eventOf({ ...MOVE, action: 'switchover' });
    const event = {
      ...order,
      routeKey: `POST /v1/sites/{site}/${action}`,
      body: JSON.stringify({ ...(action === 'switchover' && { to: 'tokyo-2' }), reason: 'x', planOnly: true }),
    };
    const { status, body } = await ask(world, event);
    expect([status, body]).toMatchObject([200, { decision: { kind: action === 'switchover' ? 'swap' : 'already' } }]);
    expect([world.replaced, world.history]).toEqual([[], []]);
  });

  it.each(['"yes"', 'null', '1', '{}'])('with planOnly: %s is malformed, and no order', async (planOnly) => {
    const world = healthyWorld();
    const { status } = await ask(world, {
      ...eventOf(MOVE),
      body: `{"to":"tokyo-2","reason":"x","planOnly":${planOnly}}`,
    });
    expect([status, world.replaced]).toEqual([400, []]);
  });

  it.each([
    ['another site', { site: 'virginia' }, 400, 'unknown-site'],
    [
      'a router of the site',
      { caller: 'arn:aws:sts::123456789012:assumed-role/tokyo-router/i-1' },
      403,
      'not-an-operator',
    ],
  ])('is refused for %s', async (_, change, status, reason) => {
    const world = healthyWorld();
    const answer = await ask(world, eventOf(MOVE, change));
    expect([answer.status, answer.body['reason']]).toEqual([status, reason]);
    expect(world.details).toContainEqual(expect.objectContaining({ reason, sourceIp: '203.0.113.11' }));
  });

  it.each<[string, Partial<HttpEvent>, RegExp]>([
    ['no JSON', { body: '{' }, /JSON/],
    ['a list', { body: '[]' }, /not a JSON object/],
    [
      'an unknown router',
      { body: '{"to":"osaka-1","reason":"x"}' },
      /to: unknown router "osaka-1"; site tokyo has tokyo-1 and tokyo-2/,
    ],
    ['an unknown key', { body: '{"to":"tokyo-2","reason":"x","nonsense":1}' }, /nonsense/],
    ['no router', { body: '{"reason":"x"}' }, /to: no router is named; site tokyo has tokyo-1 and tokyo-2/],
    [
      'a router that is no text',
      { body: '{"to":1,"reason":"x"}' },
      /: to: Invalid input: expected string, received number\.$/,
    ],
    [
      'all mistakes at once, each with its key',
      { body: '{"to":"osaka-1","overrides":["hold"],"nonsense":1,"more":2}' },
      /: reason: .+; overrides\.0: .+; nonsense: not a key of this request; more: .+; to: unknown router/,
    ],
    [
      'a mistyped key of another action',
      { routeKey: 'POST /v1/sites/{site}/pause', body: '{"forMs":"1h"}' },
      /: forMs: Invalid input: expected number, received string; reason: Invalid input: expected string/,
    ],
    ['a name that fills the body', { body: `{"to":"${'x'.repeat(60_000)}","reason":"x"}` }, /^.{1,400}$/],
    [
      'a mistyped planOnly',
      { body: '{"to":"tokyo-2","reason":"x","planOnly":"yes"}' },
      /: planOnly: neither true nor false\.$/,
    ],
    [
      'an order that says dryRun for planOnly',
      { body: '{"to":"tokyo-2","reason":"x","dryRun":true}' },
      /: dryRun: not a key/,
    ],
    ['a long name', { body: `{"to":"tokyo-2","reason":"x","by":"${'x'.repeat(257)}"}` }, /1 to 256 characters/],
  ])('gets 400 and the fault for %s', async (_, change, says) => {
    const { status, body } = await ask(healthyWorld(), { ...eventOf(MOVE), ...change });
    expect([status, body['says']]).toEqual([400, expect.stringMatching(says)]);
  });
});

describe('the answer to a request says what was so', () => {
  const says = async (world: FakeWorld, request: OperatorRequest) => {
    const { status, body } = await ask(world, eventOf(request));
    return [status, body['outcome'], body['says']];
  };

  it('of resume: whether the site was paused, each time it is sent', async () => {
    const world = paused();
    const resume = { action: 'resume', by: 'ann' } as const;
    expect(await says(world, resume)).toEqual([200, 'done', `${ANN_SHORT} ("ann") ended the pause of tokyo.`]);
    const again = [200, 'done', `${ANN_SHORT} ("ann") asked for the end of the pause of tokyo, which was not paused.`];
    expect(await says(world, resume)).toEqual(again);
    world.stored = { ...world.stored, pause: { since: NOW - 60_000, until: NOW - 1, by: 'bob', reason: 'x' } };
    expect(await says(world, resume)).toEqual(again);
    world.deniedCalls = new Set(['read']);
    expect(await says(world, resume)).toEqual([200, 'done', expect.stringMatching(/, if there was one\.$/)]);
  });

  it('of the end of a maintenance: whether the router was in maintenance', async () => {
    const world = healthyWorld();
    world.stored = { ...world.stored, maintenance: { [STANDBY_ENI]: { since: NOW, by: 'bob', reason: 'x' } } };
    const off = { action: 'maintenance', router: 'tokyo-2', on: false, by: 'ann', reason: 'x' } as const;
    expect(await says(world, off)).toEqual([
      200,
      'done',
      expect.stringMatching(/ ended the maintenance of tokyo-2 \(x\)\.$/),
    ]);
    expect(await says(world, off)).toEqual([
      200,
      'done',
      expect.stringMatching(/tokyo-2 \(x\), which was not in maintenance\.$/),
    ]);
  });

  it('of acknowledge: that the history has no such entry, and nothing is recorded', async () => {
    const world = healthyWorld();
    const acknowledge = { action: 'acknowledge', id: MOVE.id, by: 'ann', reason: 'x' } as const;
    const { status, body } = await ask(world, eventOf(acknowledge));
    expect([status, body['outcome'], body['reason']]).toEqual([404, 'refused', 'unknown-entry']);
    expect([world.stored.acknowledgement, world.history]).toEqual([undefined, []]);
    await ask(world, eventOf(MOVE));
    for (const _ of ['once', 'again'])
      expect(await says(world, acknowledge)).toEqual([
        200,
        'done',
        expect.stringContaining('acknowledged move-1 (x).'),
      ]);
  });

  it('of acknowledge: that the site is healthy', async () => {
    const acknowledge = { action: 'acknowledge', by: 'ann', reason: 'x' } as const;
    const world = healthyWorld();
    world.hasSaid('tokyo-1', NOW, UP);
    expect((await says(world, acknowledge))[2]).toMatch(/\(x\)\. The site is healthy: tokyo-1 holds the routes, and/);
    world.ec2['tokyo-2'] = { ...world.ec2['tokyo-2'], instance: 'stopped' } as never;
    expect((await says(world, acknowledge))[2]).toMatch(/the present condition of tokyo \(x\)\.$/);
  });
});

describe('a request that fails is answered with 500', () => {
  const failed = async (request: OperatorRequest) => {
    const world = healthyWorld();
    world.storeDown = true;
    const event = eventOf(request);
    const { statusCode, body = '' } = await answerOperator(
      event,
      world.tools({ describeRoutes: () => Promise.reject(new Error('EC2 does not answer.')) }),
    );
    return [statusCode, (JSON.parse(body) as { says: string }).says];
  };

  it.each<OperatorRequest>([{ action: 'status' }, { action: 'history' }, { ...MOVE, dryRun: true }])(
    'and nothing was changed by $action, which only reads',
    async (request) => {
      expect(await failed(request)).toEqual([
        500,
        expect.stringMatching(/^The request failed: .+\. Nothing was changed\.$/),
      ]);
    },
  );

  it('and an order may have had an effect', async () => {
    expect(await failed({ action: 'resume', by: 'ann' })).toEqual([
      500,
      expect.stringMatching(/It may have had an effect; read the status\.$/),
    ]);
  });
});

describe('an event of AWS', () => {
  const FORGED = { source: 'aws.ec2', id: 'e1', detail: { 'instance-id': 'i-0a1b2c3d4e5f60001', state: 'stopping' } };

  it.each<[string, Partial<HttpEvent>]>([
    ['in the body of an operator', { routeKey: 'POST /v1/sites/{site}/pause', body: JSON.stringify(FORGED) }],
    // API Gateway gives only texts; who may invoke the alias for viewers writes the whole event.
    [
      'in the query of a viewer',
      { routeKey: 'GET /v1/sites/{site}/status', body: '', queryStringParameters: FORGED as never },
    ],
  ])('is refused %s, and nothing is decided', async (_, change) => {
    const world = healthyWorld();
    const { status, body } = await ask(world, { ...eventOf({ action: 'status' }), ...change });
    expect([status, body['reason']]).toEqual([400, 'malformed-request']);
    expect(world.history).toEqual([]);
  });
});

describe('the result of a move, for a caller whose connection ended before it', () => {
  const progress = async (world: FakeWorld) =>
    SwapProgress.parse((await ask(world, eventOf({ action: 'result', id: MOVE.id }))).body);

  it('is unknown before, under way during, and whole after it', async () => {
    const world = healthyWorld();
    expect(await progress(world)).toEqual({ state: 'unknown' });
    world.stored = { ...world.stored, leasedUntil: world.now + 1_000 };
    expect(await progress(world)).toEqual({ state: 'under-way' });
    world.stored = { ...world.stored, leasedUntil: undefined };
    const { body } = await ask(world, eventOf(MOVE));
    expect(await progress(world)).toEqual({ state: 'ended', result: body });
    expect([...world.targets.values()]).toEqual([STANDBY_ENI, STANDBY_ENI]);
  });

  it('is known, and in the history, for a second move that leaves the same routes as the first', async () => {
    const world = healthyWorld();
    world.faults = [DENIED];
    await ask(world, eventOf({ ...MOVE, id: 'move-0' }));
    world.faults = [DENIED];
    const { status, body } = await ask(world, eventOf(MOVE));
    expect([status, body['outcome']]).toEqual([503, 'partial']);
    expect(await progress(world)).toEqual({ state: 'ended', result: body });
    expect(world.history.map(({ id }) => id)).toEqual(['move-0', MOVE.id]);
  });

  it('is known if EC2 still shows the routes as they were before the first move', async () => {
    const world = healthyWorld();
    const before = [...world.targets];
    await ask(world, eventOf({ ...MOVE, id: 'move-0' }));
    for (const [route, target] of before) world.targets.set(route, target);
    const { body } = await ask(world, eventOf(MOVE));
    expect(body['outcome']).toBe('swapped');
    expect(await progress(world)).toEqual({ state: 'ended', result: body });
  });
});
