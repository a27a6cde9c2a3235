import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerReport } from '#functions/route-swap/answer-report.ts';
import { NOW, SITE, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const STANDBY = `arn:aws:sts::123456789012:assumed-role/tokyo-router/${SITE.routers.standby.instance}`;

const body = {
  id: '4f7c2a9e',
  detector: 'serf',
  event: 'member-failed',
  reporter: 'tokyo-2',
  subject: 'tokyo-1',
  at: new Date(NOW - 100).toISOString(),
  evidence: { detectedAt: new Date(NOW - 500).toISOString(), bgp: UP },
};
const { active: ACTIVE, standby: SPARE } = SITE.routers;

function event(text: string, { caller = STANDBY, site = 'tokyo' } = {}): APIGatewayProxyEventV2WithIAMAuthorizer {
  return {
    body: text,
    isBase64Encoded: false,
    pathParameters: { site },
    requestContext: { authorizer: { iam: { userArn: caller } }, http: { sourceIp: '203.0.113.11' } },
  } as unknown as APIGatewayProxyEventV2WithIAMAuthorizer;
}

async function post(text: string, who?: Parameters<typeof event>[1]) {
  const world = new FakeWorld();
  const { statusCode, body: answer } = await answerReport(event(text, who), world.tools());
  return { world, status: statusCode, answer: JSON.parse(answer ?? '') as Record<string, unknown> };
}

describe('a report over the API', () => {
  it('moves the routes and answers the router', async () => {
    const { status, answer } = await post(JSON.stringify(body));
    expect(status).toBe(200);
    expect(answer).toMatchObject({ outcome: 'swapped', owner: 'tokyo-2', site: 'tokyo' });
  });

  it('is in the history with how its peer was probed; numbers that DynamoDB does not store are text there', async () => {
    const confirm = { verdict: 'dead', probes: 3, odd: [1e21, 2 ** 53] };
    const { world } = await post(JSON.stringify({ ...body, evidence: { ...body.evidence, confirm } }));
    const evidence = { confirm: { verdict: 'dead', probes: 3, odd: ['1e+21', '9007199254740992'] } };
    expect(world.history).toMatchObject([{ outcome: 'swapped', evidence }]);
  });

  it('is refused with 409 and a reason when a rule says no', async () => {
    const { status, answer, world } = await post(
      JSON.stringify({ ...body, evidence: { ...body.evidence, bgp: undefined } }),
    );
    expect(status).toBe(409);
    expect(answer).toMatchObject({ outcome: 'refused', reason: 'both-unfit' });
    expect(world.replaced).toEqual([]);
  });

  it('is answered 503 when the site could not be observed, so that the router asks again', async () => {
    const world = new FakeWorld();
    const tools = world.tools({ describeRoutes: () => Promise.reject(new Error('connect ETIMEDOUT')) });
    const answer = await answerReport(event(JSON.stringify(body)), tools);
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('connect ETIMEDOUT');
    expect(world.metrics).toEqual([{ name: 'FailoverPartial', value: 1 }]);
  });
});

describe('a word that the store does not take', () => {
  const neighbor = `arn:aws:sts::123456789012:assumed-role/virginia-router/${SITE.neighbors[0]?.instance}`;
  it.each([
    ["tokyo-2's heartbeat", { ...body, event: 'alive', subject: 'tokyo-2' }, STANDBY],
    ["virginia-1's report about tokyo-1", { ...body, reporter: 'virginia-1' }, neighbor],
  ])('%s: 503 names the store, and no route counts as left behind', async (what, message, caller) => {
    const world = new FakeWorld();
    world.storeDown = true;
    const answer = await answerReport(event(JSON.stringify(message), { caller }), world.tools());
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain(`The site's store did not accept ${what}: connect ETIMEDOUT. Ask again.`);
    expect(world.metrics).toEqual([]);
  });

  it('has one period where AWS ended its message with one too', async () => {
    const tools = new FakeWorld().tools({ describeRoutes: () => Promise.reject(new Error('Injected fault.')) });
    const { body: answer = '' } = await answerReport(event(JSON.stringify(body)), tools);
    expect(JSON.parse(answer)).toMatchObject({ says: 'The site could not be observed: Injected fault. Ask again.' });
  });
});

describe('other messages', () => {
  it('a router of another site is a witness, and nothing moves', async () => {
    const neighbor = `arn:aws:sts::123456789012:assumed-role/virginia-router/${SITE.neighbors[0]?.instance}`;
    const { status, answer, world } = await post(JSON.stringify({ ...body, reporter: 'virginia-1' }), {
      caller: neighbor,
    });
    expect([status, answer.outcome]).toEqual([200, 'noted']);
    expect(world.stored.witnessReports).toMatchObject([{ by: 'virginia-1', about: ACTIVE.eni }]);
    expect(world.replaced).toEqual([]);
  });

  it("a heartbeat is the router's own statement, which vetoes what its peer says", async () => {
    const alive = {
      ...body,
      id: 'beat',
      event: 'alive',
      reporter: 'tokyo-1',
      subject: 'tokyo-1',
      evidence: { ...body.evidence, everyMs: 5_000 },
    };
    const world = new FakeWorld();
    const caller = STANDBY.replace('2a', '1a');
    const beat = await answerReport(event(JSON.stringify(alive), { caller }), world.tools());
    expect(beat.statusCode).toBe(200);
    expect((await answerReport(event(JSON.stringify(body)), world.tools())).body).toContain('owner-healthy');
  });
});

describe('what a heartbeat is worth', () => {
  const beat = { ...body, event: 'alive', subject: 'tokyo-2', evidence: { everyMs: 20_000 } };

  it('is known without its BGP as a sign of life, and says nothing of its sessions', async () => {
    const { status, answer, world } = await post(JSON.stringify(beat));
    expect([status, answer.says]).toEqual([200, 'tokyo-2 is alive, and could not read its eBGP sessions.']);
    const content = { at: NOW - 100, everyMs: 20_000, bgp: undefined, since: NOW - 100 };
    expect(world.heartbeats).toEqual({ [SPARE.eni]: { instance: SPARE.instance, content } });
    world.stored = { ...world.stored, probes: [world.round(NOW - 30_000, { 'tokyo-2': UP })] };
    const report = { ...body, evidence: { ...body.evidence, bgp: undefined } };
    expect((await answerReport(event(JSON.stringify(report)), world.tools())).statusCode).toBe(200);
  });

  it('outlives a report of the same router: its silence is a witness where safety is preferred', async () => {
    const world = new FakeWorld({ ...SITE, policy: { ...SITE.policy, prefer: 'safety' } });
    world.hasBeaten('tokyo-1', { at: NOW, everyMs: 20_000, bgp: UP });
    const ofOwner = { ...body, id: 'a', reporter: 'tokyo-1', subject: 'tokyo-2', at: new Date(NOW).toISOString() };
    await answerReport(event(JSON.stringify(ofOwner), { caller: STANDBY.replace('2a', '1a') }), world.tools());
    const said = [];
    for (let seconds = 30; seconds <= 70; seconds += 10) {
      world.now = NOW + seconds * 1_000;
      world.hasBeaten('tokyo-2', { at: world.now - 15_000, everyMs: 20_000, since: NOW - 60_000 });
      const at = new Date(world.now).toISOString();
      const report = { ...body, id: 'b', at, evidence: { ...body.evidence, detectedAt: at } };
      const { body: answer = '' } = await answerReport(event(JSON.stringify(report)), world.tools());
      said.push((JSON.parse(answer) as { reason: string }).reason);
    }
    expect(said).toEqual([...Array<string>(4).fill('second-witness-missing'), 'reported-by-survivor']);
  });
});

describe('a message of a router whose clock is wrong', () => {
  const beat = {
    ...body,
    id: 'beat',
    event: 'alive',
    subject: 'tokyo-2',
    evidence: { ...body.evidence, everyMs: 20_000 },
  };
  const neighbor = `arn:aws:sts::123456789012:assumed-role/virginia-router/${SITE.neighbors[0]?.instance}`;
  const at = (offMs: number) => new Date(NOW + offMs).toISOString();

  it.each([
    [-10_001, "tokyo-2's heartbeat is 10 s old"],
    [30_000, "tokyo-2's heartbeat is 30 s ahead of AWS's clock"],
  ])('a heartbeat %i ms off is refused, so that the router asks what time it is', async (offMs, says) => {
    const { status, answer, world } = await post(JSON.stringify({ ...beat, at: at(offMs) }));
    expect([status, answer.outcome, answer.reason]).toEqual([409, 'refused', 'report-stale']);
    expect(answer.says).toContain(says);
    expect(world.heartbeats).toEqual({});
  });

  it('a stale report of another site’s router is no witness', async () => {
    const text = JSON.stringify({ ...body, reporter: 'virginia-1', at: at(-60_000) });
    const { status, answer, world } = await post(text, { caller: neighbor });
    expect([status, answer.reason]).toEqual([409, 'report-stale']);
    expect(answer.says).toContain("virginia-1's report of tokyo-1 is 60 s old");
    expect(world.stored.witnessReports).toEqual([]);
  });

  it('a clock that is slightly ahead extends no claim: it is dated no later than its receipt', async () => {
    const heartbeat = await post(JSON.stringify({ ...beat, at: at(8_000) }));
    expect(heartbeat.status).toBe(200);
    expect(heartbeat.world.heartbeats[SPARE.eni]?.content.at).toBe(NOW);
    const report = await post(JSON.stringify({ ...body, at: at(8_000) }));
    expect(report.world.evidence[SPARE.eni]?.content.at).toBe(NOW);
  });

  it('a witness’s either', async () => {
    const text = JSON.stringify({ ...body, reporter: 'virginia-1', at: at(9_500) });
    const { world } = await post(text, { caller: neighbor });
    expect(world.stored.witnessReports).toEqual([{ by: 'virginia-1', about: ACTIVE.eni, at: NOW }]);
  });

  it.each([
    ['whose clock is right', 0],
    ['whose clock is 8 s ahead', 8_000],
    ['whose clock is 8 s behind', -8_000],
  ])(
    'what the owner says of itself after the failure was noticed is a veto against a reporter %s',
    async (_, offMs) => {
      const world = new FakeWorld();
      world.hasBeaten('tokyo-1', { at: NOW - 1_000, everyMs: 20_000, bgp: UP });
      const evidence = { ...body.evidence, detectedAt: at(offMs - 3_000) };
      const text = JSON.stringify({ ...body, at: at(offMs), evidence });
      expect((await answerReport(event(text), world.tools())).body).toContain('owner-healthy');
    },
  );

  it('a report that is refused for its time leaves nothing that its router could be believed by', async () => {
    const { status, answer, world } = await post(JSON.stringify({ ...body, at: at(30_000) }));
    expect([status, answer.reason]).toEqual([409, 'report-stale']);
    expect(world.evidence).toEqual({});
  });
});

describe('an invalid request is answered with a 4xx and a sentence, moves nothing, and is logged with its sender', () => {
  const json = (change: object) => JSON.stringify({ ...body, ...change });
  it.each<[string, string, Parameters<typeof event>[1], number, string, RegExp]>([
    ['malformed JSON', '{"id": ', {}, 400, 'malformed-json', /not JSON/],
    ['no body', '', {}, 400, 'malformed-json', /not JSON/],
    ['an array', '[]', {}, 400, 'malformed-report', /expected object/i],
    [
      'several faults, all named at once',
      json({ id: 'x y', detector: 'icmp', at: 'now' }),
      {},
      400,
      'malformed-report',
      /id: .*detector: .*at: /,
    ],
    ['an unknown site', json({}), { site: 'osaka' }, 400, 'unknown-site', /serves site tokyo only, not "osaka"/],
    ['an unknown router', json({ subject: 'tokyo-9' }), {}, 400, 'unknown-router', /"tokyo-9".*tokyo-1 and tokyo-2/],
    ['a report about oneself', json({ subject: 'tokyo-2' }), {}, 400, 'about-oneself', /tokyo-2 reports itself/],
    [
      'a caller who is not the reporter',
      json({}),
      { caller: STANDBY.replace('2a', '1a') },
      403,
      'not-the-reporter',
      /may not report for tokyo-2/,
    ],
    [
      'a person instead of a router',
      json({}),
      { caller: 'arn:aws:iam::123456789012:user/ann' },
      403,
      'not-the-reporter',
      /^This caller may not report for tokyo-2/,
    ],
    ['a body over 64 KiB', json({ evidence: { serf: 'x'.repeat(65_536) } }), {}, 413, 'body-too-large', /bytes/],
    [
      'multi-byte text over 64 KiB',
      json({ evidence: { serf: '路'.repeat(22_000) } }),
      {},
      413,
      'body-too-large',
      /bytes/,
    ],
  ])('%s', async (_, text, who, status, reason, says) => {
    const answered = await post(text, who);
    expect(answered.status).toBe(status);
    expect(answered.answer).toMatchObject({ outcome: 'refused', reason, says: expect.stringMatching(says) as unknown });
    expect(answered.world.replaced).toEqual([]);
    expect(answered.world.logged.some(({ level }) => level === 'warn')).toBe(true);
  });

  it('a replayed id: 409, and nothing is done twice', async () => {
    const world = new FakeWorld();
    await answerReport(event(JSON.stringify(body)), world.tools());
    const again = await answerReport(event(JSON.stringify(body)), world.tools());
    expect(again.statusCode).toBe(409);
    expect(again.body).toContain('"reason":"replayed"');
    expect(world.replaced).toHaveLength(2);
  });

  it('never a 5xx, whatever is sent', async () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ id: fc.anything(), event: fc.anything(), at: fc.anything() })
        .map((value) => JSON.stringify(value) ?? ''),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        expect((await post(text)).status).toBeLessThan(500);
      }),
    );
  });
});
