import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateSummaryCommand,
  ListStackResourcesCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { region } from '../account.fixture.ts';
import { manualClock } from '../manual-clock.ts';
import { httpApi, permission, role, run, stackName, worker } from '../platform/assembly.fixture.ts';
import { assemblyOf, impossible, lastOperation, parameter, running, type StackInput } from './stacks.fixture.ts';

/** As an administrator, or as a role. */
function clientOf(emulator: Emulator, credentials = emulator.credentials.forUser()): CloudFormationClient {
  return new CloudFormationClient({ endpoint: emulator.endpoint, region, credentials, maxAttempts: 1 });
}

const router: StackInput = {
  Parameters: {
    Present: { Type: 'String', Default: 'true', AllowedValues: ['true', 'false'] },
    Image: { Type: 'String', Default: 'ami-1' },
  },
  Conditions: { IsPresent: { 'Fn::Equals': [{ Ref: 'Present' }, 'true'] } },
  Resources: {
    Template: parameter({ Ref: 'Image' }, { Name: '/template' }),
    Instance: {
      ...parameter({ 'Fn::GetAtt': ['Template', 'Value'] }, { Name: '/instance' }),
      Condition: 'IsPresent',
    },
  },
  Outputs: { Image: { Value: { Ref: 'Image' }, Description: 'The image.' } },
};

const update = (Parameters: { ParameterKey: string; ParameterValue?: string; UsePreviousValue?: boolean }[]) =>
  new UpdateStackCommand({ StackName: 'router', UsePreviousTemplate: true, Parameters });

const waiting = (client: CloudFormationClient) => ({ client, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.05 });

describe('the stacks as CloudFormation describes them', () => {
  it('have parameters, outputs, status, resources and events, the newest first', async () => {
    const emulator = await running({ router });
    const client = clientOf(emulator);
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'router' }));
    expect(Stacks).toMatchObject([
      {
        StackId: expect.stringMatching(
          /^arn:aws:cloudformation:ap-northeast-1:123456789012:stack\/router\/[0-9a-f-]{36}$/,
        ) as string,
        StackStatus: 'CREATE_COMPLETE',
        Parameters: [
          { ParameterKey: 'Present', ParameterValue: 'true' },
          { ParameterKey: 'Image', ParameterValue: 'ami-1' },
        ],
        Outputs: [{ OutputKey: 'Image', OutputValue: 'ami-1', Description: 'The image.' }],
        EnableTerminationProtection: false,
      },
    ]);
    const resources = await client.send(new DescribeStackResourcesCommand({ StackName: 'router' }));
    expect(resources.StackResources).toMatchObject([
      { LogicalResourceId: 'Template', PhysicalResourceId: '/template', ResourceStatus: 'CREATE_COMPLETE' },
      { LogicalResourceId: 'Instance', PhysicalResourceId: '/instance', ResourceType: 'AWS::SSM::Parameter' },
    ]);
    const listed = await client.send(new ListStackResourcesCommand({ StackName: 'router' }));
    expect(listed.StackResourceSummaries).toHaveLength(2);
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: 'router' }));
    expect(
      StackEvents.map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`),
    ).toEqual([
      'router CREATE_COMPLETE',
      'Instance CREATE_COMPLETE',
      'Instance CREATE_IN_PROGRESS',
      'Template CREATE_COMPLETE',
      'Template CREATE_IN_PROGRESS',
      'router CREATE_IN_PROGRESS',
    ]);
  });

  it('have a template whose parameters keep their defaults after an update', async () => {
    const client = clientOf(await running({ router }));
    await client.send(update([{ ParameterKey: 'Image', ParameterValue: 'ami-2' }]));
    await waitUntilStackUpdateComplete(waiting(client), { StackName: 'router' });
    const { Parameters } = await client.send(new GetTemplateSummaryCommand({ StackName: 'router' }));
    expect(Parameters).toMatchObject([
      { ParameterKey: 'Present', DefaultValue: 'true', ParameterType: 'String', NoEcho: false },
      { ParameterKey: 'Image', DefaultValue: 'ami-1' },
    ]);
  });

  it('have the metadata of their template, which only another change updates', async () => {
    const emulator = await running({ router: { ...router, Metadata: { model: { version: 1 } } } });
    const client = clientOf(emulator);
    const metadata = async () =>
      JSON.parse((await client.send(new GetTemplateSummaryCommand({ StackName: 'router' }))).Metadata ?? '') as unknown;
    expect(await metadata()).toEqual({ model: { version: 1 } });
    const next = { ...router, Metadata: { model: { version: 2 } } };
    const TemplateBody = JSON.stringify(next);
    await expect(client.send(new UpdateStackCommand({ StackName: 'router', TemplateBody }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'No updates are to be performed.',
    });
    expect(await metadata()).toEqual({ model: { version: 1 } });
    const changed = { ...next, Resources: { ...router.Resources, More: parameter('more') } };
    await client.send(new UpdateStackCommand({ StackName: 'router', TemplateBody: JSON.stringify(changed) }));
    await waitUntilStackUpdateComplete(waiting(client), { StackName: 'router' });
    expect(await metadata()).toEqual({ model: { version: 2 } });
  });

  it('are a ValidationError if they do not exist', async () => {
    const client = clientOf(await running({ router }));
    await expect(client.send(new DescribeStacksCommand({ StackName: 'nowhere' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id nowhere does not exist',
    });
  });

  it('are all listed without a name, of one region', async () => {
    const client = clientOf(await running({ router, far: { ...router, region: 'us-east-1', Resources: {} } }));
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
    expect(Stacks.map(({ StackName }) => StackName)).toEqual(['router']);
  });
});

describe('UpdateStack with the previous template', () => {
  it('deletes a resource whose condition turns false, and creates it again with other values', async () => {
    const emulator = await running({ router });
    const client = clientOf(emulator);
    await client.send(
      update([
        { ParameterKey: 'Present', ParameterValue: 'false' },
        { ParameterKey: 'Image', ParameterValue: 'ami-2' },
      ]),
    );
    await waitUntilStackUpdateComplete(waiting(client), { StackName: 'router' });
    expect(emulator.ssm.parameters(region).find('/instance')).toBeUndefined();
    expect(lastOperation(emulator, 'router')).toContain('Instance DELETE_COMPLETE');
    await client.send(
      update([
        { ParameterKey: 'Present', ParameterValue: 'true' },
        { ParameterKey: 'Image', UsePreviousValue: true },
      ]),
    );
    await waitUntilStackUpdateComplete(waiting(client), { StackName: 'router' });
    expect(emulator.ssm.parameters(region).find('/instance')?.value).toBe('ami-2');
    expect(emulator.stackOutputs('router')).toEqual({ Image: 'ami-2' });
  });

  it('leaves its values to later deployments', async () => {
    const emulator = await running({ router });
    const client = clientOf(emulator);
    await client.send(update([{ ParameterKey: 'Image', ParameterValue: 'ami-2' }]));
    await waitUntilStackUpdateComplete(waiting(client), { StackName: 'router' });
    const changed = { ...router, Resources: { ...router.Resources, More: parameter('more') } };
    await emulator.deploy(assemblyOf({ router: changed }));
    expect(emulator.stackOutputs('router')).toEqual({ Image: 'ami-2' });
  });

  it.each([
    ['nothing that changes', [{ ParameterKey: 'Image', UsePreviousValue: true }], 'No updates are to be performed.'],
    [
      'a parameter that does not exist',
      [{ ParameterKey: 'X', ParameterValue: 'x' }],
      'Parameters: [X] do not exist in the template',
    ],
    [
      'a value that is not allowed',
      [{ ParameterKey: 'Present', ParameterValue: 'no' }],
      "Parameter 'Present' must be one of AllowedValues",
    ],
  ])('with %s is a ValidationError', async (_what, parameters, message) => {
    const client = clientOf(await running({ router }));
    await expect(client.send(update(parameters))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(message) as string,
    });
  });

  it('uses the default of a parameter that the call does not name', async () => {
    const emulator = await running({ router });
    const client = clientOf(emulator);
    await client.send(update([{ ParameterKey: 'Image', ParameterValue: 'ami-2' }]));
    await waitUntilStackUpdateComplete(waiting(client), { StackName: 'router' });
    await client.send(update([{ ParameterKey: 'Present', UsePreviousValue: true }]));
    await waitUntilStackUpdateComplete(waiting(client), { StackName: 'router' });
    expect(emulator.stackOutputs('router')).toEqual({ Image: 'ami-1' });
  });

  it('goes on after the answer, by the clock, and refuses a second one meanwhile', async () => {
    const clock = manualClock();
    const emulator = await running({ router }, { clock, cloudFormation: { resourceMs: 1000 } });
    const client = clientOf(emulator);
    await client.send(update([{ ParameterKey: 'Image', ParameterValue: 'ami-2' }]));
    expect(emulator.stack('router').status).toBe('UPDATE_IN_PROGRESS');
    await expect(client.send(update([{ ParameterKey: 'Image', ParameterValue: 'ami-3' }]))).rejects.toThrow(
      /is in UPDATE_IN_PROGRESS state and can not be updated/,
    );
    await expect(client.send(new DeleteStackCommand({ StackName: 'router' }))).rejects.toThrow(/UPDATE_IN_PROGRESS/);
    await clock.advance(1000);
    expect(emulator.ssm.parameters(region).find('/template')?.value).toBe('ami-2');
    expect(emulator.stack('router').status).toBe('UPDATE_IN_PROGRESS');
    await clock.advance(1000);
    expect(emulator.stack('router').status).toBe('UPDATE_COMPLETE');
  });

  it('of a stack with IAM resources needs the capability', async () => {
    const emulator = await running({
      router: { ...router, Resources: { ...router.Resources, Role: role() ?? {} } },
    });
    const change = { StackName: 'router', UsePreviousTemplate: true };
    const Parameters = [{ ParameterKey: 'Image', ParameterValue: 'ami-2' }];
    await expect(
      clientOf(emulator).send(new UpdateStackCommand({ ...change, Parameters, Capabilities: ['CAPABILITY_IAM'] })),
    ).rejects.toMatchObject({
      name: 'InsufficientCapabilitiesException',
      message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    });
    await clientOf(emulator).send(
      new UpdateStackCommand({ ...change, Parameters, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
    );
  });

  it('is not for a stack whose creation was rolled back: it can only be deleted', async () => {
    const emulator = await running({});
    const failing = { ...router, Resources: { ...router.Resources, Impossible: impossible } };
    await expect(emulator.deploy(assemblyOf({ router: failing }))).rejects.toThrow('ROLLBACK_COMPLETE');
    const client = clientOf(emulator);
    await expect(client.send(update([{ ParameterKey: 'Image', ParameterValue: 'ami-2' }]))).rejects.toThrow(
      /is in ROLLBACK_COMPLETE state and can not be updated/,
    );
    await client.send(new DeleteStackCommand({ StackName: 'router' }));
    await waitUntilStackDeleteComplete(waiting(client), { StackName: 'router' });
  });
});

describe('CreateStack', () => {
  const create = (resources: object, more: object = {}) =>
    new CreateStackCommand({ StackName: 'new', TemplateBody: JSON.stringify({ Resources: resources }), ...more });

  it('makes a stack of a template, once', async () => {
    const emulator = await running({});
    const client = clientOf(emulator);
    await client.send(create({ One: parameter('1', { Name: '/one' }) }));
    await waitUntilStackCreateComplete(waiting(client), { StackName: 'new' });
    expect(emulator.ssm.parameters(region).find('/one')?.value).toBe('1');
    await expect(client.send(create({ One: parameter('1') }))).rejects.toMatchObject({
      name: 'AlreadyExistsException',
    });
  });

  it.each([
    ['no template', { TemplateBody: '[' }, /Template format error/],
    ['an unknown type', { TemplateBody: '{"Resources":{"A":{"Type":"AWS::KMS::Key"}}}' }, /AWS::KMS::Key/],
    [
      'a template that is not in S3',
      {
        TemplateBody: undefined,
        TemplateURL: `https://s3.${region}.amazonaws.com/cdk-hnb659fds-assets-123456789012-${region}/x`,
      },
      /does not exist/,
    ],
  ])('refuses %s', async (_what, more, message) => {
    const client = clientOf(await running({}));
    await expect(client.send(create({}, more))).rejects.toThrow(message);
  });
});

describe('a change set', () => {
  const changeSet = (input: object) =>
    new CreateChangeSetCommand({ StackName: 'router', ChangeSetName: 'c', ...input });
  const described = { StackName: 'router', ChangeSetName: 'c' };

  it('says what an update would do, and does it when it is executed', async () => {
    const emulator = await running({ router });
    const client = clientOf(emulator);
    const Parameters = [{ ParameterKey: 'Present', ParameterValue: 'false' }];
    await client.send(changeSet({ UsePreviousTemplate: true, Parameters }));
    const { Changes, Status } = await client.send(new DescribeChangeSetCommand(described));
    expect(Status).toBe('CREATE_COMPLETE');
    expect(Changes).toMatchObject([{ ResourceChange: { Action: 'Remove', LogicalResourceId: 'Instance' } }]);
    await client.send(new ExecuteChangeSetCommand(described));
    await waitUntilStackUpdateComplete(waiting(client), { StackName: 'router' });
    expect(emulator.ssm.parameters(region).find('/instance')).toBeUndefined();
  });

  it('without changes fails, and cannot be executed', async () => {
    const client = clientOf(await running({ router }));
    await client.send(changeSet({ UsePreviousTemplate: true }));
    expect(await client.send(new DescribeChangeSetCommand(described))).toMatchObject({
      Status: 'FAILED',
      StatusReason: expect.stringContaining("didn't contain changes") as string,
    });
    await expect(client.send(new ExecuteChangeSetCommand(described))).rejects.toMatchObject({
      name: 'InvalidChangeSetStatusException',
    });
  });

  it('may create a stack, which is in review until then', async () => {
    const emulator = await running({});
    const client = clientOf(emulator);
    const TemplateBody = JSON.stringify({ Resources: { One: parameter('1') } });
    await client.send(changeSet({ ChangeSetType: 'CREATE', TemplateBody }));
    expect(emulator.stack('router').status).toBe('REVIEW_IN_PROGRESS');
    await client.send(new ExecuteChangeSetCommand(described));
    await waitUntilStackCreateComplete(waiting(client), { StackName: 'router' });
  });
});

describe('DeleteStack', () => {
  it('deletes dependents first; afterwards the stack is found by its id alone', async () => {
    const emulator = await running({ router });
    const client = clientOf(emulator);
    const { id } = emulator.stack('router');
    await client.send(new DeleteStackCommand({ StackName: 'router' }));
    await waitUntilStackDeleteComplete(waiting(client), { StackName: 'router' });
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: id }));
    expect(Stacks).toMatchObject([{ StackStatus: 'DELETE_COMPLETE' }]);
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: id }));
    expect(StackEvents.slice(0, 5).map(({ LogicalResourceId }) => LogicalResourceId)).toEqual([
      'router',
      'Template',
      'Template',
      'Instance',
      'Instance',
    ]);
    await expect(client.send(new DeleteStackCommand({ StackName: 'router' }))).resolves.toBeDefined();
  });

  it('stops functions, rules and APIs', async () => {
    const rule = {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(1 minute)',
        Targets: [{ Id: 'one', Arn: { 'Fn::GetAtt': ['Worker', 'Arn'] } }],
      },
    };
    const emulator = await run({
      Role: role(),
      Worker: worker(),
      Rule: rule,
      RulePermission: permission('events.amazonaws.com', { 'Fn::GetAtt': ['Rule', 'Arn'] }),
      ...httpApi(),
    });
    const url = emulator.httpApiUrl(stackName);
    const client = clientOf(emulator);
    await client.send(new DeleteStackCommand({ StackName: stackName }));
    await waitUntilStackDeleteComplete(waiting(client), { StackName: stackName });
    expect([emulator.functions, emulator.httpApis, emulator.stacks]).toEqual([[], [], []]);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    const before = emulator.happenings.length;
    await emulator.tickSchedules();
    expect(emulator.happenings.slice(before)).toEqual([]);
  });

  it('leaves a stack with termination protection as it is', async () => {
    const emulator = await running({ router: { ...router, terminationProtection: true } });
    const client = clientOf(emulator);
    await expect(client.send(new DeleteStackCommand({ StackName: 'router' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack [router] cannot be deleted while TerminationProtection is enabled',
    });
    await client.send(
      new UpdateTerminationProtectionCommand({ StackName: 'router', EnableTerminationProtection: false }),
    );
    await client.send(new DeleteStackCommand({ StackName: 'router' }));
    await waitUntilStackDeleteComplete(waiting(client), { StackName: 'router' });
  });

  it('that fails leaves what could not be deleted, and what that depends on; it may be retained', async () => {
    const table = {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        DeletionProtectionEnabled: true,
        TableName: { Ref: 'Name' },
      },
    };
    const emulator = await running({ a: { Resources: { Name: parameter('x', { Name: 'store' }), Table: table } } });
    const client = clientOf(emulator);
    await client.send(new DeleteStackCommand({ StackName: 'a' }));
    await expect(waitUntilStackDeleteComplete(waiting(client), { StackName: 'a' })).rejects.toThrow('DELETE_FAILED');
    expect(emulator.stack('a')).toMatchObject({
      status: 'DELETE_FAILED',
      reason: expect.stringContaining('failed to delete: [Table]') as string,
    });
    expect([...emulator.stack('a').resources.keys()]).toEqual(['Name', 'Table']);
    await client.send(new DeleteStackCommand({ StackName: 'a', RetainResources: ['Table'] }));
    await waitUntilStackDeleteComplete(waiting(client), { StackName: 'a' });
  });
});

describe('IAM', () => {
  it('is asked for the stack by its ARN', async () => {
    const Statement = [
      {
        Effect: 'Allow',
        Action: 'cloudformation:DescribeStacks',
        Resource: `arn:aws:cloudformation:${region}:123456789012:stack/router/*`,
      },
    ];
    const emulator = await running({ router, other: { Resources: { Role: role(Statement) ?? {} } } });
    const credentials = emulator.credentials.forRole('arn:aws:iam::123456789012:role/worker-role', 'session');
    const client = clientOf(emulator, credentials);
    await expect(client.send(new DescribeStacksCommand({ StackName: 'router' }))).resolves.toBeDefined();
    const denied = { name: 'AccessDenied', message: expect.stringContaining('is not authorized to perform') as string };
    await expect(client.send(new DescribeStacksCommand({ StackName: 'other' }))).rejects.toMatchObject(denied);
    await expect(client.send(new DescribeStacksCommand({}))).rejects.toMatchObject(denied);
    await expect(client.send(new DeleteStackCommand({ StackName: 'router' }))).rejects.toMatchObject(denied);
    await expect(client.send(new DescribeStacksCommand({ StackName: 'nowhere' }))).rejects.toMatchObject(denied);
  });
});
