import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EC2Client, ReplaceRouteCommand } from '@aws-sdk/client-ec2';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutParameterCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eniOf, instanceOf, roleOf } from '#demo/account-of-topology.ts';
import type { Account } from '#emulator/account.ts';
import type { Router } from '#topology/topology.ts';
import { answerOf, assembly, changed, names, report, SiteUnderTest, tokyo, topology } from './site-under-test.ts';

/** Each row of the table in docs/security.md is tried here. */
const { active: owner, standby } = tokyo.routers;
const atOwner = [eniOf(owner), eniOf(owner)];
const virginia = topology.sites.find(({ name }) => name === 'virginia') ?? tokyo;

let built: Awaited<ReturnType<typeof assembly>>;
let site: SiteUnderTest;

beforeAll(async () => {
  const plain = await assembly();
  built = changed(plain.directory, ({ Resources }) => {
    const policy = (start: string) => Object.keys(Resources).find((id) => id.startsWith(start)) ?? '';
    Object.assign(Resources, {
      OnCall: ON_CALL,
      Viewers: roleWith('viewers', policy('AccessViewer')),
      Operators: roleWith('operators', policy('AccessOperator')),
    });
  });
  plain.remove();
  site = await SiteUnderTest.start(built.directory, { account: withStranger });
});
afterAll(async () => {
  await site.close();
  built.remove();
});
beforeEach(() => site.reset());

/** Virginia's standby under a role without the router policy. */
function withStranger(account: Account): Account {
  const there = account.regions[virginia.region];
  if (there === undefined) throw new Error(`The account has nothing in ${virginia.region}.`);
  const instances = there.instances.map((each) =>
    each.id === instanceOf(virginia.routers.standby)
      ? { ...each, role: { name: 'stranger', managedPolicies: [] } }
      : each,
  );
  return { ...account, regions: { ...account.regions, [virginia.region]: { ...there, instances } } };
}

const allow = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' });
const document = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement });

/** A role of users, which any principal of the account with the permission may assume. */
const ON_CALL = {
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'on-call',
    AssumeRolePolicyDocument: document({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: 'arn:aws:iam::123456789012:root' },
    }),
    Policies: [{ PolicyName: 'api', PolicyDocument: document(allow('execute-api:Invoke')) }],
  },
};

/** A role of users with one of the site's two policies. */
const roleWith = (RoleName: string, policy: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName,
    AssumeRolePolicyDocument: ON_CALL.Properties.AssumeRolePolicyDocument,
    ManagedPolicyArns: [{ Ref: policy }],
  },
});

interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What STS gives an administrator of the account. */
async function sts(parameters: Readonly<Record<string, string>>): Promise<Key | string> {
  const client = new AwsClient({
    ...site.emulator.credentials.forUser(),
    service: 'sts',
    region: tokyo.region,
    retries: 0,
  });
  const body = new URLSearchParams(parameters).toString();
  const text = await (await client.fetch(site.emulator.endpoint, { method: 'POST', body })).text();
  const part = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1] ?? '';
  if (part('AccessKeyId') === '') return part('Code');
  return {
    accessKeyId: part('AccessKeyId'),
    secretAccessKey: part('SecretAccessKey'),
    sessionToken: part('SessionToken'),
  };
}

async function key(parameters: Readonly<Record<string, string>>): Promise<Key> {
  const got = await sts(parameters);
  if (typeof got === 'string') throw new Error(`STS says ${got}`);
  return got;
}

async function postAs(who: Key, body: unknown) {
  const client = new AwsClient({ ...who, service: 'execute-api', region: tokyo.region, retries: 0 });
  return answerOf(await client.fetch(site.url(), { method: 'POST', body: JSON.stringify(body) }));
}

/** As the router itself could, with the keys of its instance. */
function asRouter(router: Router, region = tokyo.region) {
  const credentials = site.emulator.credentials.forRole(
    `arn:aws:iam::123456789012:role/${roleOf(router)}`,
    instanceOf(router),
  );
  return { endpoint: site.emulator.endpoint, region, credentials, maxAttempts: 1 };
}

const fate = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    ({ name }: Error) => name,
  );

const beat = (by: Router) => report({ event: 'alive', reporter: by.name, subject: by.name });

describe('a compromised standby', () => {
  it('does not take the routes of an owner that says that it has a path', async () => {
    const noticed = report();
    expect((await site.post(beat(owner), { by: owner })).status).toBe(200);
    const { status, body } = await site.post(noticed);
    expect([status, body.outcome, body.reason]).toEqual([409, 'refused', 'owner-healthy']);
    expect(site.targets()).toEqual(atOwner);
  });

  it('may not report as the owner', async () => {
    const { status, body } = await site.post(report({ reporter: owner.name, subject: standby.name }), { by: standby });
    expect([status, body.reason]).toEqual([403, 'not-the-reporter']);
  });

  it('has no way to routes, store, functions or other routers but the API', async () => {
    const aws = asRouter(standby);
    const table = tokyo.routeTables[0]?.id;
    const move = { RouteTableId: table, DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: eniOf(standby) };
    const store = site.emulator.stackOutputs(names.stack)['SiteTableName'] ?? '';
    const command = {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [instanceOf(owner)],
      Parameters: { commands: ['id'] },
    };
    expect([
      await fate(new EC2Client(aws).send(new ReplaceRouteCommand(move))),
      await fate(
        new DynamoDBClient(aws).send(
          new PutItemCommand({ TableName: store, Item: { pk: { S: 'swap' }, sk: { S: 'lease' } } }),
        ),
      ),
      await fate(new LambdaClient(aws).send(new InvokeCommand({ FunctionName: names.routeSwap }))),
      await fate(new SSMClient(aws).send(new SendCommandCommand(command))),
      await fate(
        new SSMClient(aws).send(new PutParameterCommand({ Name: '/vyos-failover/x', Value: 'x', Overwrite: true })),
      ),
    ]).toEqual([
      'UnauthorizedOperation',
      'AccessDeniedException',
      'AccessDeniedException',
      'AccessDeniedException',
      'AccessDeniedException',
    ]);
  });
});

describe('a far router', () => {
  const far = virginia.routers.active;

  const lostSight = (by = far) => report({ detector: 'bfd', event: 'peer-failed', reporter: by.name });

  it('is noted as a witness, and moves nothing', async () => {
    expect(await site.post(lostSight(), { by: far })).toMatchObject({
      status: 200,
      body: { outcome: 'noted', reason: 'heard', says: 'virginia-1 lost sight of tokyo-1: noted as a witness.' },
    });
    expect(site.targets()).toEqual(atOwner);
  });

  it('may not report as its own partner', async () => {
    const { status, body } = await site.post(lostSight(virginia.routers.standby), { by: far });
    expect([status, body.reason]).toEqual([403, 'not-the-reporter']);
  });

  it("may not ask for another site's events, which IAM knows nothing of", async () => {
    expect((await site.post(lostSight(), { by: far, site: 'osaka' })).status).toBe(403);
  });

  it('is refused without the router policy, whatever it signs', async () => {
    const by = virginia.routers.standby;
    const answer = await site.post(lostSight(by), { by, role: 'stranger' });
    expect(answer).toEqual({ status: 403, body: { message: 'Forbidden' } });
  });

  it.each(['member-failed', 'alive', 'contact'])('may say %s for no router of the site', async (event) => {
    const subject = event === 'member-failed' ? owner.name : standby.name;
    const { status } = await site.post(report({ event, subject, reporter: standby.name }), { by: far });
    expect(status).toBe(403);
    expect(site.targets()).toEqual(atOwner);
  });
});

/** A request to the API of viewers and operators, by a session of a role. */
async function request(who: Key, method: 'GET' | 'POST', path: string, body?: object) {
  const client = new AwsClient({ ...who, service: 'execute-api', region: tokyo.region, retries: 0 });
  const url = `${site.emulator.httpApiUrl(names.operators)}/v1/sites/tokyo/${path}`;
  return answerOf(await client.fetch(url, { method, ...(body && { body: JSON.stringify(body) }) }));
}
const session = (role: string) =>
  key({ Action: 'AssumeRole', RoleArn: `arn:aws:iam::123456789012:role/${role}`, RoleSessionName: 'eve' });
const PAUSE = { forMs: 60_000, reason: 'because', by: 'the CEO' };

describe('a viewer', () => {
  it('sees the site, and changes nothing: neither by the API, nor by its function, nor as a router', async () => {
    const viewer = await session('viewers');
    const { status, body } = await request(viewer, 'GET', 'status');
    expect([status, body]).toMatchObject([200, { seen: { site: { name: tokyo.name } } }]);
    expect((await request(viewer, 'POST', 'pause', PAUSE)).status).toBe(403);
    expect((await request(viewer, 'POST', 'switchover', { to: standby.name, reason: 'x' })).status).toBe(403);
    const planned = { to: standby.name, reason: 'x', planOnly: true };
    expect((await request(viewer, 'POST', 'switchover', planned)).status).toBe(403);
    expect((await postAs(viewer, report())).status).toBe(403);
    const lambda = new LambdaClient({ endpoint: site.emulator.endpoint, region: tokyo.region, credentials: viewer });
    expect(await fate(lambda.send(new InvokeCommand({ FunctionName: names.routeSwap })))).toBe('AccessDeniedException');
    expect(site.targets()).toEqual(atOwner);
  });
});

describe('an operator', () => {
  it('is recorded by the verified identity, whatever name the request states, and is no router', async () => {
    const operator = await session('operators');
    expect(await request(operator, 'POST', 'pause', PAUSE)).toMatchObject({ status: 200, body: { outcome: 'done' } });
    const { body } = await request(operator, 'GET', 'history');
    expect(body).toMatchObject([
      { requestedBy: { arn: 'arn:aws:sts::123456789012:assumed-role/operators/eve', stated: 'the CEO' } },
    ]);
    expect((await postAs(operator, report())).status).toBe(403);
  });

  it('may ask what an order would do with the permission of the order, and moves nothing', async () => {
    const planned = { to: standby.name, reason: 'x', planOnly: true };
    const { status, body } = await request(await session('operators'), 'POST', 'switchover', planned);
    expect([status, body]).toEqual([200, expect.objectContaining({ decision: expect.anything() as unknown })]);
    expect(site.targets()).toEqual(atOwner);
  });
});

describe('a router at the API of viewers and operators', () => {
  it('gets 403', async () => {
    const { credentials } = asRouter(standby);
    expect((await request(credentials, 'GET', 'status')).status).toBe(403);
    expect((await request(credentials, 'POST', 'switchover', { to: standby.name, reason: 'x' })).status).toBe(403);
    expect(site.targets()).toEqual(atOwner);
  });
});

describe('a user with execute-api:Invoke', () => {
  it.each(['member-failed', 'alive', 'contact'])(
    'who names the session after the instance says %s in vain',
    async (event) => {
      const who = await key({
        Action: 'AssumeRole',
        RoleArn: 'arn:aws:iam::123456789012:role/on-call',
        RoleSessionName: instanceOf(standby),
      });
      const subject = event === 'member-failed' ? owner.name : standby.name;
      const { status, body } = await postAs(who, report({ event, subject }));
      expect([status, body.reason]).toEqual([403, 'not-the-reporter']);
      expect(JSON.stringify(body)).not.toContain(roleOf(standby));
      expect(site.targets()).toEqual(atOwner);
    },
  );

  it('who is a federated user of that name reports in vain', async () => {
    const policy = JSON.stringify(document(allow('execute-api:Invoke')));
    const who = await key({ Action: 'GetFederationToken', Name: instanceOf(standby), Policy: policy });
    const { status, body } = await postAs(who, report());
    expect([status, body.reason]).toEqual([403, 'not-the-reporter']);
  });

  it('who is an IAM user of that name reports in vain', async () => {
    const { status, body } = await postAs(site.emulator.credentials.forUser(instanceOf(standby)), report());
    expect([status, body.reason]).toEqual([403, 'not-the-reporter']);
  });

  it("cannot become a session of the router's role, which trusts EC2 alone", async () => {
    const RoleArn = `arn:aws:iam::123456789012:role/${roleOf(standby)}`;
    expect(await sts({ Action: 'AssumeRole', RoleArn, RoleSessionName: instanceOf(standby) })).toBe('AccessDenied');
  });
});

describe('a user with lambda:InvokeFunction on the alias for viewers', () => {
  const view = `${names.routeSwap}:view`;
  const invoked = async (FunctionName: string, payload: object) => {
    const arn = `arn:aws:lambda:${tokyo.region}:123456789012:function:${view}`;
    const policy = document({ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arn });
    const credentials = await key({ Action: 'GetFederationToken', Name: 'viewer', Policy: JSON.stringify(policy) });
    const { endpoint } = site.emulator;
    const client = new LambdaClient({ endpoint, region: tokyo.region, credentials, maxAttempts: 1 });
    const { Payload } = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }));
    return JSON.parse(new TextDecoder().decode(Payload)) as unknown;
  };

  it('sees the site, and changes nothing', async () => {
    expect(await invoked(view, { action: 'status' })).toMatchObject({ seen: { site: { name: tokyo.name } } });
    const refused = {
      errorMessage: expect.stringContaining('request and dry runs only') as string,
    };
    const move = { action: 'switchover', id: 'm1', to: standby.name, by: 'eve', reason: 'because' };
    expect(await invoked(view, move)).toMatchObject(refused);
    expect(await invoked(view, { action: 'pause', forMs: 60_000, by: 'eve', reason: 'because' })).toMatchObject(
      refused,
    );
    const forged = { body: JSON.stringify(beat(standby)), requestContext: {}, pathParameters: { site: tokyo.name } };
    expect(await invoked(view, forged)).toMatchObject(refused);
    const event = { source: 'aws.ec2', id: 'e1', detail: { 'instance-id': instanceOf(owner), state: 'stopping' } };
    const asViewer = {
      routeKey: 'GET /v1/sites/{site}/status',
      pathParameters: { site: tokyo.name },
      queryStringParameters: event,
      requestContext: {
        authorizer: { iam: { userArn: 'arn:aws:iam::123456789012:user/ann' } },
        http: { sourceIp: '203.0.113.99' },
      },
    };
    expect(await invoked(view, asViewer)).toMatchObject({ statusCode: 400 });
    expect(await fate(invoked(names.routeSwap, { action: 'status' }))).toBe('AccessDeniedException');
    expect(site.targets()).toEqual(atOwner);
  });
});

describe('a user with lambda:InvokeFunction', () => {
  it('moves routes to the other router of the pair as an operator does, and only if it is fit', async () => {
    site.showBgp(standby, 'Idle');
    const move = { action: 'switchover', id: 'm1', to: standby.name, by: 'eve', reason: 'because' };
    const { payload } = await site.emulator.invoke(names.routeSwap, move);
    expect(payload).toMatchObject({ outcome: 'refused' });
    const elsewhere = await site.emulator.invoke(names.routeSwap, { ...move, to: 'i-0000000000000009f' });
    expect(JSON.stringify(elsewhere.payload)).toContain('unknown router');
    expect(site.targets()).toEqual(atOwner);
  });
});

describe('a user with lambda:InvokeFunction who forges events of API Gateway', () => {
  it('can forge reports of the pair’s routers, and no others', async () => {
    const forged = (body: object, session: string) =>
      site.emulator.invoke(names.routeSwap, {
        body: JSON.stringify(body),
        isBase64Encoded: false,
        pathParameters: { site: tokyo.name },
        requestContext: {
          authorizer: { iam: { userArn: `arn:aws:sts::123456789012:assumed-role/${roleOf(standby)}/${session}` } },
          http: { sourceIp: '203.0.113.99' },
        },
      });
    expect((await forged(beat(standby), instanceOf(standby))).payload).toMatchObject({ statusCode: 200 });
    expect((await forged(beat(standby), 'i-0000000000000009f')).payload).toMatchObject({ statusCode: 403 });
    expect(site.targets()).toEqual(atOwner);
  });
});

describe('a caller who has only the URL', () => {
  it('gets no further than API Gateway, and shuts out no report however fast it asks', async () => {
    const unsigned = () => fetch(site.url(), { method: 'POST', body: JSON.stringify(report()) });
    const statuses = (await Promise.all(Array.from({ length: 200 }, unsigned))).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([403]));
    expect(site.happenings().filter(({ kind }) => kind === 'invocation')).toEqual([]);
    expect((await site.post(beat(standby))).status).toBe(200);
  });
});
