import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOf, instanceBehind } from '#functions/caller.ts';
import { answerReport } from '#functions/route-swap/answer-report.ts';
import { NOW, SITE, UP } from '../failover/situation.ts';
import { FakeWorld } from './fakes.ts';

const { active, standby } = SITE.routers;
const [neighbor] = SITE.neighbors;
const OTHER = 'i-0000000000000009f';
const TOKYO = 'arn:aws:sts::123456789012:assumed-role/tokyo-router';
const VIRGINIA = 'arn:aws:sts::123456789012:assumed-role/virginia-router';

const body = {
  id: 'report-1',
  detector: 'serf',
  event: 'member-failed',
  reporter: 'tokyo-2',
  subject: 'tokyo-1',
  at: new Date(NOW - 100).toISOString(),
  evidence: { detectedAt: new Date(NOW - 500).toISOString(), bgp: UP },
};

async function post(caller: string, change: Partial<typeof body> = {}, world = new FakeWorld()) {
  const event = {
    body: JSON.stringify({ ...body, ...change }),
    isBase64Encoded: false,
    pathParameters: { site: 'tokyo' },
    requestContext: { authorizer: { iam: { userArn: caller } }, http: { sourceIp: '203.0.113.11' } },
  } as unknown as APIGatewayProxyEventV2WithIAMAuthorizer;
  let asked = 0;
  const tools = world.tools();
  const counted = {
    ...tools,
    describeRouters: (of: Parameters<typeof tools.describeRouters>[0]) => (asked++, tools.describeRouters(of)),
  };
  const { statusCode, body: text = '' } = await answerReport(event, counted);
  return { world, asked, status: statusCode, answer: JSON.parse(text) as { reason: string; says: string } };
}

/** From now on EC2 reports that the interface of a router is attached to this instance. */
function move(world: FakeWorld, router: 'tokyo-1' | 'tokyo-2', attachedTo: string | undefined): void {
  const facts = { interface: attachedTo === undefined ? ('detached' as const) : ('elsewhere' as const), attachedTo };
  world.ec2[router] = { instance: 'running', sourceDestCheck: false, statusChecks: 'ok', ...facts };
}

describe('a report is accepted from', () => {
  it("a session of the router's role that is the instance on its interface", async () => {
    const { status, world, asked } = await post(`${TOKYO}/${standby.instance}`);
    expect([status, world.replaced.length]).toEqual([200, SITE.routes.length]);
    expect(asked).toBe(1);
  });

  it('the instance that replaced the one of the topology, by one more question to EC2', async () => {
    const world = new FakeWorld();
    move(world, 'tokyo-2', OTHER);
    expect((await post(`${TOKYO}/${OTHER}`, { event: 'alive', subject: 'tokyo-2' }, world)).asked).toBe(1);
    expect((await post(`${TOKYO}/${OTHER}`, { event: 'alive', subject: 'tokyo-2' }, world)).asked).toBe(0);
  });

  it('a router of another site, if it is the instance of the topology', async () => {
    const caller = `${VIRGINIA}/${neighbor?.instance}`;
    expect((await post(caller, { reporter: 'virginia-1' })).status).toBe(200);
  });

  it('a router that only proves that it could report', async () => {
    const { status, answer } = await post(`${TOKYO}/${standby.instance}`, { event: 'contact', subject: 'tokyo-2' });
    expect([status, answer.says]).toEqual([200, 'tokyo-2 can report.']);
  });
});

describe('a report is not accepted from', () => {
  const { instance } = standby;
  const strangers = [
    ['a user who names the session after the instance', `arn:aws:sts::123456789012:assumed-role/Developer/${instance}`],
    [
      'a role whose name ends in that of the router',
      `arn:aws:sts::123456789012:assumed-role/not-tokyo-router/${instance}`,
    ],
    ['a role whose name begins with that of the router', `${TOKYO}2/${instance}`],
    ['a role under a path', `arn:aws:sts::123456789012:assumed-role/x/tokyo-router/${instance}`],
    ['a session with a longer path', `${TOKYO}/x/${instance}`],
    ['a session with more after the instance', `${TOKYO}/${instance}/x`],
    ['an IAM user of that name', `arn:aws:iam::123456789012:user/${instance}`],
    ['the role itself', 'arn:aws:iam::123456789012:role/tokyo-router'],
    ['a federated user of that name', `arn:aws:sts::123456789012:federated-user/${instance}`],
    ['root', 'arn:aws:iam::123456789012:root'],
    ['a session of another account', `arn:aws:sts::999999999999:assumed-role/tokyo-router/${instance}`],
    ['another partition', `arn:aws-cn:sts::123456789012:assumed-role/tokyo-router/${instance}`],
    ['another service', `arn:aws:iam::123456789012:assumed-role/tokyo-router/${instance}`],
    ['its peer', `${TOKYO}/${active.instance}`],
    ['a router of another site', `${VIRGINIA}/${neighbor?.instance}`],
    ['a session of the role that is no instance', `${TOKYO}/ann`],
    ['an instance id that does not exist', `${TOKYO}/i-00000000000000fff`],
    ['an id in capitals', `${TOKYO}/${instance.toUpperCase()}`],
    ['an empty ARN', ''],
  ] as const;

  it.each(strangers)('%s', async (_, caller) => {
    const { status, answer, world } = await post(caller);
    expect([status, answer.reason, world.replaced]).toEqual([403, 'not-the-reporter', []]);
  });

  it.each(strangers)('%s, who says that a router could report', async (_, caller) => {
    const { status, answer } = await post(caller, { event: 'contact', subject: 'tokyo-2' });
    expect([status, answer.reason]).toEqual([403, 'not-the-reporter']);
  });

  it('a router that only proves that another could report', async () => {
    const { status, answer } = await post(`${TOKYO}/${standby.instance}`, { event: 'contact' });
    expect([status, answer.reason]).toEqual([400, 'not-oneself']);
  });

  it('an instance that was replaced, even before EC2 was asked about it', async () => {
    const world = new FakeWorld();
    move(world, 'tokyo-2', OTHER);
    const { status, answer, asked } = await post(`${TOKYO}/${standby.instance}`, {}, world);
    expect([status, answer.reason, world.replaced]).toEqual([403, 'not-the-reporter', []]);
    // The observation of every report, and no further call.
    expect(asked).toBe(1);
    expect((await post(`${TOKYO}/${OTHER}`, { event: 'alive', subject: 'tokyo-2' }, world)).status).toBe(200);
  });

  it('a router whose interface was detached', async () => {
    const world = new FakeWorld();
    move(world, 'tokyo-2', undefined);
    const { status, world: after } = await post(`${TOKYO}/${standby.instance}`, {}, world);
    expect([status, after.replaced]).toEqual([403, []]);
  });

  it('a router whose role in the topology is another one', async () => {
    const world = new FakeWorld({
      ...SITE,
      routers: { ...SITE.routers, standby: { ...standby, instanceRole: 'somebody-elses' } },
    });
    const { status } = await post(`${TOKYO}/${standby.instance}`, {}, world);
    expect([status, world.replaced]).toEqual([403, []]);
  });

  it('another router of another site, whatever its instance', async () => {
    expect((await post(`${VIRGINIA}/${OTHER}`, { reporter: 'virginia-1' })).status).toBe(403);
  });
});

describe('a refused caller', () => {
  it('learns neither role nor instance; the log has the caller and the expected one', async () => {
    const { answer, world } = await post('arn:aws:sts::123456789012:assumed-role/Developer/ann');
    expect(answer.says).toBe(
      "This caller may not report for tokyo-2: only the instance that tokyo-2's interface is attached to may, with its own " +
        'role. The log of route-swap has the caller and the expected one.',
    );
    expect(world.metrics).toEqual([{ name: 'ReportRejected', value: 1 }]);
    expect(world.details).toMatchObject([
      {
        caller: 'arn:aws:sts::123456789012:assumed-role/Developer/ann',
        expected: 'an instance in the role tokyo-router of account 123456789012',
      },
    ]);
  });

  it('costs EC2 one question in 5 s, however often it asks', async () => {
    const world = new FakeWorld();
    const asked = [];
    for (const _ of [1, 2, 3]) asked.push((await post(`${TOKYO}/${OTHER}`, {}, world)).asked);
    world.now += 5_000;
    asked.push((await post(`${TOKYO}/${OTHER}`, {}, world)).asked);
    expect(asked).toEqual([1, 0, 0, 1]);
  });

  it('costs EC2 nothing without the role', async () => {
    expect((await post(`arn:aws:sts::123456789012:assumed-role/Developer/${OTHER}`)).asked).toBe(0);
  });
});

describe("a caller's ARN", () => {
  const account = { partition: 'aws', id: '123456789012' };

  it('names an instance only in the very form that EC2 gives it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (before, after) => {
        fc.pre(before !== '' || after !== '');
        const arn = `${TOKYO}/${standby.instance}`;
        expect(instanceBehind(`${before}${arn}${after}`, 'tokyo-router', account)).toBeUndefined();
      }),
    );
  });

  it.each(['tokyo.router', 'tokyo+router=1,a@b', '.*'])('is read with a role %s literally', (role) => {
    const arn = `arn:aws:sts::123456789012:assumed-role/${role}/${standby.instance}`;
    expect(instanceBehind(arn, role, account)).toBe(standby.instance);
    expect(instanceBehind(`${TOKYO}/${standby.instance}`, role, account)).toBeUndefined();
  });

  it("is compared with the function's own account", () => {
    expect(accountOf('arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:x:live')).toEqual({
      partition: 'aws-us-gov',
      id: '123456789012',
    });
    expect(() => accountOf('arn:aws:iam::123456789012:role/x')).toThrow('is not the ARN of a function');
  });
});
