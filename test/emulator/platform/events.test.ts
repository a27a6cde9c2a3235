import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { region, router1 } from '../account.fixture.ts';
import { manualClock } from '../manual-clock.ts';
import { eventually, of, permission, type Resources, run, workerAlone } from './assembly.fixture.ts';

const ruleArn = { 'Fn::GetAtt': ['Rule', 'Arn'] };
const toWorker = { Id: 'worker', Arn: { 'Fn::GetAtt': ['Worker', 'Arn'] } };
const rule = (properties: Record<string, unknown>): Resources[string] => ({
  Type: 'AWS::Events::Rule',
  Properties: { Name: 'rule', ...properties },
});
const put = (emulator: Emulator, entry: Record<string, unknown> = {}) =>
  new EventBridgeClient({ endpoint: emulator.endpoint, region, credentials: emulator.credentials.forUser() }).send(
    new PutEventsCommand({
      Entries: [{ Source: 'shop', DetailType: 'Sold', Detail: '{"item":"pen","price":3}', ...entry }],
    }),
  );
const topic = (statement: Record<string, unknown>): Resources => ({
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'people' } },
  Policy: {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: {
      Topics: [{ Ref: 'Topic' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: 'Topic' }, ...statement }],
      },
    },
  },
});

describe('PutEvents', () => {
  it('invokes the function of a rule that matches, with the event as AWS writes it', async () => {
    const emulator = await run(
      {
        ...workerAlone(),
        Rule: rule({ EventPattern: { source: ['shop'] }, Targets: [toWorker] }),
        Allowed: permission('events.amazonaws.com', ruleArn),
      },
      { code: 'export const handler = (event) => console.log(JSON.stringify(event));' },
    );
    await put(emulator);
    await put(emulator, { Source: 'bakery' });
    const log = await eventually(emulator, () => of(emulator, 'log')[0]);
    expect(JSON.parse(log.line)).toMatchObject({
      version: '0',
      source: 'shop',
      'detail-type': 'Sold',
      account: '123456789012',
      region,
      resources: [],
      detail: { item: 'pen', price: 3 },
    });
    expect(of(emulator, 'event').map(({ source, targets }) => [source, targets.length])).toEqual([
      ['shop', 1],
      ['bakery', 0],
    ]);
  });

  it('does not reach a function without permission for the rule, and the timeline shows it as undelivered', async () => {
    const emulator = await run({
      ...workerAlone(),
      Rule: rule({ EventPattern: { source: ['shop'] }, Targets: [toWorker] }),
      Other: permission('events.amazonaws.com', `arn:aws:events:${region}:123456789012:rule/other`),
    });
    await put(emulator);
    const lost = await eventually(emulator, () => of(emulator, 'undelivered')[0]);
    expect(lost.reason).toContain('events.amazonaws.com is not authorized to perform: lambda:InvokeFunction');
    expect(of(emulator, 'invocation')).toEqual([]);
  });

  it.each([
    [{ Source: 'aws.ec2' }, 'NotAuthorizedForSourceException'],
    [{ Detail: 'no json' }, 'MalformedDetail'],
    [{ Detail: '[1]' }, 'MalformedDetail'],
    [{ DetailType: undefined }, 'InvalidArgument'],
  ])('refuses %j with %s', async (entry, code) => {
    const emulator = await run({});
    const { FailedEntryCount, Entries } = await put(emulator, entry);
    expect([FailedEntryCount, Entries?.[0]?.ErrorCode]).toEqual([1, code]);
    expect(of(emulator, 'event')).toEqual([]);
  });
});

describe('a topic as target', () => {
  const target = {
    Id: 'topic',
    Arn: { Ref: 'Topic' },
    InputTransformer: {
      InputPathsMap: { item: '$.detail.item', price: '$.detail.price' },
      InputTemplate: '"Sold <item> for <price>\\n<missing>"',
    },
  };
  const Rule = rule({ EventPattern: { source: ['shop'] }, Targets: [target] });

  it('gets the text of the input transformer, quoted as it is in the template', async () => {
    const emulator = await run({ Rule, ...topic({ Principal: { Service: 'events.amazonaws.com' } }) });
    await put(emulator);
    await eventually(emulator, () => of(emulator, 'notification')[0]);
    expect(emulator.notifications.map(({ topic: name, message }) => [name, message])).toEqual([
      ['people', '"Sold pen for 3\\n<missing>"'],
    ]);
  });

  it('gets nothing when its policy lets only others publish', async () => {
    const emulator = await run({ Rule, ...topic({ Principal: { Service: 'cloudwatch.amazonaws.com' } }) });
    await put(emulator);
    const lost = await eventually(emulator, () => of(emulator, 'undelivered')[0]);
    expect(lost.reason).toContain('events.amazonaws.com is not authorized to perform: sns:Publish');
    expect(emulator.notifications).toEqual([]);
  });

  it('gets nothing when its policy has a condition: SNS is given nothing to compare with', async () => {
    const condition = { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:*:rule/*' } };
    const statement = { Principal: { Service: 'events.amazonaws.com' }, Condition: condition };
    const emulator = await run({ Rule, ...topic(statement) });
    await put(emulator);
    const lost = await eventually(emulator, () => of(emulator, 'undelivered')[0]);
    expect(lost.reason).toContain('events.amazonaws.com is not authorized to perform: sns:Publish');
  });

  it('gets nothing when it is encrypted with the key that no service may use', async () => {
    const { Topic: _plain, ...rest } = topic({ Principal: { Service: 'events.amazonaws.com' } });
    const Topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'people', KmsMasterKeyId: 'alias/aws/sns' } };
    const emulator = await run({ Rule, Topic, ...rest });
    await put(emulator);
    expect((await eventually(emulator, () => of(emulator, 'undelivered')[0])).reason).toContain('customer managed key');
  });
});

describe('the clock', () => {
  const scheduled = () => ({
    ...workerAlone(),
    Rule: rule({ ScheduleExpression: 'rate(1 minute)', Targets: [toWorker] }),
    Allowed: permission('events.amazonaws.com', ruleArn),
  });

  it('fires a schedule once for each tick, and the tick waits for the function', async () => {
    const emulator = await run(scheduled());
    await emulator.tickSchedules();
    expect(of(emulator, 'invocation')).toHaveLength(1);
    await emulator.tickSchedules('eu-west-1');
    expect(of(emulator, 'invocation')).toHaveLength(1);
  });

  it('fires it by itself, minute after minute, once started', async () => {
    const clock = manualClock();
    const emulator = await run(scheduled(), { clock });
    emulator.startSchedules();
    await clock.advance(59_999);
    expect(of(emulator, 'event')).toHaveLength(0);
    await clock.advance(60_001);
    expect(of(emulator, 'event').map(({ detailType }) => detailType)).toEqual(['Scheduled Event', 'Scheduled Event']);
  });

  it('does not fire a rule that is disabled', async () => {
    const { Rule: _enabled, ...rest } = scheduled();
    const emulator = await run({
      ...rest,
      Rule: rule({ ScheduleExpression: 'rate(1 minute)', State: 'DISABLED', Targets: [toWorker] }),
    });
    await emulator.tickSchedules();
    expect(of(emulator, 'invocation')).toEqual([]);
  });
});

describe('EC2', () => {
  it('announces an instance that stops to the rules', async () => {
    const pattern = {
      source: ['aws.ec2'],
      'detail-type': ['EC2 Instance State-change Notification'],
      detail: { 'instance-id': [router1], state: ['stopping'] },
    };
    const emulator = await run({
      ...workerAlone(),
      Rule: rule({ EventPattern: pattern, Targets: [toWorker] }),
      Allowed: permission('events.amazonaws.com'),
    });
    emulator.ec2.lifecycle.stop(region, router1);
    await eventually(emulator, () => of(emulator, 'invocation')[0]);
    expect(of(emulator, 'event').map(({ targets }) => targets.length)).toContain(1);
  });
});
