import {
  DescribeVpcsCommand,
  EC2Client,
  ReplaceRouteCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AwsClient } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { account, eni2, otherTable, region, router1, table } from '../account.fixture.ts';
import { httpApi, of, role, run, worker } from './assembly.fixture.ts';

const roleArn = 'arn:aws:iam::123456789012:role/worker-role';
const allow = (Action: string | string[], Resource: string = '*') => ({ Effect: 'Allow', Action, Resource });
const client = (emulator: Emulator) => ({
  endpoint: emulator.endpoint,
  region,
  credentials: emulator.credentials.forRole(roleArn, 'someone'),
  maxAttempts: 1,
});

describe("a role's policies", () => {
  it('allow what they name and nothing else', async () => {
    const tableArn = `arn:aws:ec2:${region}:123456789012:route-table/${table}`;
    const emulator = await run({ Role: role([allow('ec2:ReplaceRoute', tableArn)]) });
    const ec2 = new EC2Client(client(emulator));
    const move = (RouteTableId: string) =>
      ec2.send(
        new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock: '10.2.0.0/20', NetworkInterfaceId: eni2 }),
      );
    await move(table);
    const denied = await move(otherTable).catch((error: unknown) => error);
    expect(denied).toMatchObject({ name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } });
    expect(String(denied)).toContain(
      `User: arn:aws:sts::123456789012:assumed-role/worker-role/someone is not authorized to perform: ec2:ReplaceRoute on resource: arn:aws:ec2:${region}:123456789012:route-table/${otherTable} because no identity-based policy allows the ec2:ReplaceRoute action`,
    );
    expect(of(emulator, 'call').map(({ action, error }) => [action, error?.slice(0, 21)])).toEqual([
      ['ReplaceRoute', undefined],
      ['ReplaceRoute', 'UnauthorizedOperation'],
    ]);
  });

  it('are asked by a dry run too, which succeeds only for what they allow', async () => {
    const emulator = await run({ Role: role([allow('ec2:StopInstances')]) });
    const ec2 = new EC2Client(client(emulator));
    const dryRun = { InstanceIds: [router1], DryRun: true };
    await expect(ec2.send(new StopInstancesCommand(dryRun))).rejects.toMatchObject({ name: 'DryRunOperation' });
    await expect(ec2.send(new StartInstancesCommand(dryRun))).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  });

  it('are asked after the throttle, which counts what they deny', async () => {
    const one = { size: 1, refill: 0.001 };
    const throttle = { mutating: one, nonMutating: one, unfiltered: one, modifyNetworkInterfaceAttribute: one };
    const emulator = await run({ Role: role() }, { ec2: { throttle } });
    const describe = () => new EC2Client(client(emulator)).send(new DescribeVpcsCommand({}));
    await expect(describe()).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    await expect(describe()).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
  });

  it('are asked in every service, which answers with its own code', async () => {
    const emulator = await run({ Role: role(), Worker: worker() });
    const put = new EventBridgeClient(client(emulator)).send(
      new PutEventsCommand({ Entries: [{ Source: 'me', DetailType: 'x', Detail: '{}' }] }),
    );
    await expect(put).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const invoke = new LambdaClient(client(emulator)).send(new InvokeCommand({ FunctionName: 'worker' }));
    await expect(invoke).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(of(emulator, 'event')).toEqual([]);
    expect(of(emulator, 'invocation')).toEqual([]);
  });

  it('deny with an explicit Deny although another statement allows', async () => {
    const emulator = await run({
      Role: role([allow('ec2:*'), { Effect: 'Deny', Action: 'ec2:DescribeVpcs', Resource: '*' }]),
    });
    const asked = new EC2Client(client(emulator)).send(new DescribeVpcsCommand({}));
    await expect(asked).rejects.toThrow(/with an explicit deny/);
  });

  it("may be attached separately, by the role's name or as a managed policy", async () => {
    const document = (statement: unknown) => ({ Version: '2012-10-17', Statement: [statement] });
    const emulator = await run({
      Role: role(),
      Inline: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyName: 'p', PolicyDocument: document(allow('ec2:DescribeVpcs')), Roles: [{ Ref: 'Role' }] },
      },
      Managed: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: document(allow('events:PutEvents')), Roles: [{ Ref: 'Role' }] },
      },
    });
    await new EC2Client(client(emulator)).send(new DescribeVpcsCommand({}));
    await new EventBridgeClient(client(emulator)).send(
      new PutEventsCommand({ Entries: [{ Source: 'me', DetailType: 'x', Detail: '{}' }] }),
    );
    expect(of(emulator, 'call').map(({ error }) => error)).toEqual([undefined, undefined]);
  });

  it("are the function's own: its credentials are of its role", async () => {
    const emulator = await run({ Role: role([allow('ec2:DescribeVpcs')]), Worker: worker() });
    const { payload } = await emulator.invoke('worker', { do: 'environment' });
    const env = payload as Record<string, string>;
    const credentials = {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: env['AWS_SESSION_TOKEN'] ?? '',
    };
    await new EC2Client({ endpoint: env['AWS_ENDPOINT_URL'] ?? '', region, credentials }).send(
      new DescribeVpcsCommand({}),
    );
    expect(of(emulator, 'call')[0]?.caller).toBe('arn:aws:sts::123456789012:assumed-role/worker-role/worker');
  });
});

describe('an HTTP API', () => {
  const post = (emulator: Emulator, path = '/things/one') =>
    new AwsClient({
      ...emulator.credentials.forRole(roleArn, 'i-1'),
      service: 'execute-api',
      region,
      retries: 0,
    }).fetch(`${emulator.httpApiUrl(region)}${path}`, { method: 'POST', body: '{}' });

  it('is closed to a role that may not invoke it, or only another path of it', async () => {
    const only = { 'Fn::Sub': `arn:aws:execute-api:${region}:123456789012:\${Api}/$default/POST/things/one` };
    const emulator = await run({
      Role: role([{ ...allow('execute-api:Invoke'), Resource: only }]),
      Worker: worker(),
      ...httpApi(),
    });
    expect((await post(emulator)).status).toBe(200);
    expect((await post(emulator, '/things/two')).status).toBe(403);
  });

  it('in front of an alias needs the permission of the alias: that of the function does not count', async () => {
    const view = { Ref: 'View' };
    const { Integration, ApiPermission, ...others } = httpApi();
    const before = (FunctionName: unknown) =>
      run({
        Role: role([allow('execute-api:Invoke')]),
        Worker: worker(),
        View: {
          Type: 'AWS::Lambda::Alias',
          Properties: { FunctionName: { Ref: 'Worker' }, Name: 'view', FunctionVersion: '$LATEST' },
        },
        ...others,
        Integration: {
          Type: 'AWS::ApiGatewayV2::Integration',
          Properties: { ...Integration?.Properties, IntegrationUri: view },
        },
        ApiPermission: { Type: 'AWS::Lambda::Permission', Properties: { ...ApiPermission?.Properties, FunctionName } },
      });
    expect((await post(await before({ 'Fn::GetAtt': ['Worker', 'Arn'] }))).status).toBe(500);
    expect((await post(await before(view))).status).toBe(200);
  });

  it.each([
    ['the id of any API', '*/$default/POST/things/one'],
    ['id and stage at once, for it matches slashes too', '*/POST/things/one'],
    ['everything', '*'],
  ])('may be named by a * that stands for %s', async (_, resource) => {
    const only = `arn:aws:execute-api:${region}:123456789012:${resource}`;
    const emulator = await run({ Role: role([allow('execute-api:Invoke', only)]), Worker: worker(), ...httpApi() });
    expect((await post(emulator)).status).toBe(200);
  });

  it.each([
    [
      'another path',
      [allow('execute-api:Invoke', `arn:aws:execute-api:${region}:123456789012:*/$default/POST/things/two`)],
    ],
    [
      'another region',
      [allow('execute-api:Invoke', 'arn:aws:execute-api:eu-west-1:123456789012:*/$default/POST/things/one')],
    ],
    [
      'a Deny',
      [
        allow('execute-api:Invoke'),
        {
          Effect: 'Deny',
          Action: 'execute-api:Invoke',
          Resource: [`arn:aws:execute-api:${region}:123456789012:*/$default/POST/things/one`],
        },
      ],
    ],
  ])('is closed by %s under the * for its id', async (_, statements) => {
    const emulator = await run({ Role: role(statements), Worker: worker(), ...httpApi() });
    expect((await post(emulator)).status).toBe(403);
  });

  it('answers 500 when no permission lets it invoke the function', async () => {
    const { ApiPermission: _without, ...api } = httpApi();
    const emulator = await run({ Role: role([allow('execute-api:Invoke')]), Worker: worker(), ...api });
    const answer = await post(emulator);
    expect([answer.status, await answer.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    expect(of(emulator, 'http-api')[0]?.reason).toContain(
      'apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction',
    );
  });

  it('answers 500 when the function fails', async () => {
    const emulator = await run(
      { Role: role([allow('execute-api:Invoke')]), Worker: worker(), ...httpApi() },
      { code: 'export const handler = () => { throw new Error("broken"); };' },
    );
    expect((await post(emulator)).status).toBe(500);
    expect(of(emulator, 'http-api')[0]?.reason).toContain('broken');
  });
});

describe("an instance's role", () => {
  it('has the managed policies of the template that the account names', async () => {
    const policy = { Version: '2012-10-17', Statement: [allow('ec2:DescribeVpcs')] };
    const fixture = account();
    const here = fixture.regions[region];
    if (here === undefined) throw new Error('The fixture has no such region.');
    const instances = here.instances.map((each) =>
      each.id === router1 ? { ...each, role: { name: 'router', managedPolicies: ['router-policy'] } } : each,
    );
    const emulator = await run(
      {
        Policy: {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: { ManagedPolicyName: 'router-policy', PolicyDocument: policy },
        },
      },
      { account: { ...fixture, regions: { [region]: { ...here, instances } } } },
    );
    const url = emulator.metadataUrl(router1);
    const token = await (
      await fetch(`${url}/latest/api/token`, {
        method: 'PUT',
        headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
      })
    ).text();
    const answer = await fetch(`${url}/latest/meta-data/iam/security-credentials/router`, {
      headers: { 'x-aws-ec2-metadata-token': token },
    });
    const { AccessKeyId, SecretAccessKey, Token } = (await answer.json()) as Record<string, string>;
    const credentials = {
      accessKeyId: AccessKeyId ?? '',
      secretAccessKey: SecretAccessKey ?? '',
      sessionToken: Token ?? '',
    };
    await new EC2Client({ endpoint: emulator.endpoint, region, credentials }).send(new DescribeVpcsCommand({}));
    expect(of(emulator, 'call')[0]?.caller).toBe(`arn:aws:sts::123456789012:assumed-role/router/${router1}`);
  });
});
