import { AwsClient } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { account, region } from '../account.fixture.ts';
import { of, type Resources, role, run } from './assembly.fixture.ts';

const topicArn = `arn:aws:sns:${region}:123456789012:people`;
const Topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'people' } };
const Role = role([{ Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn }]);
const withSlack = { account: { ...account(), slack: { T0AAAAAAA: ['C0BBBBBBB'] } } };

async function publish(emulator: Emulator, Message: string, Subject = 'Hello'): Promise<number> {
  const key = emulator.credentials.forRole('arn:aws:iam::123456789012:role/worker-role', 'someone');
  const client = new AwsClient({ ...key, service: 'sns', region, retries: 0 });
  const body = new URLSearchParams({ Action: 'Publish', TopicArn: topicArn, Subject, Message }).toString();
  return (await client.fetch(emulator.endpoint, { method: 'POST', body })).status;
}

const channel = (properties: Record<string, unknown> = {}): Resources[string] => ({
  Type: 'AWS::Chatbot::SlackChannelConfiguration',
  Properties: {
    ConfigurationName: 'on-call',
    IamRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
    SlackWorkspaceId: 'T0AAAAAAA',
    SlackChannelId: 'C0BBBBBBB',
    SnsTopicArns: [{ Ref: 'Topic' }],
    ...properties,
  },
});

describe('an e-mail subscription', () => {
  it('gets messages once its address has confirmed it', async () => {
    const subscription = (Endpoint: string) => ({
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint },
    });
    const emulator = await run({ Role, Topic, Subscription: subscription('ann@example.org') });
    await publish(emulator, 'before');
    emulator.confirmSubscriptions('ann@example.org');
    await publish(emulator, 'after');
    expect(of(emulator, 'delivery')).toMatchObject([{ endpoint: 'ann@example.org', message: 'after' }]);
    await expect(run({ Topic, Subscription: subscription('ann') })).rejects.toThrow('Invalid parameter: Email address');
  });
});

describe('a subject', () => {
  it('is ASCII on one line of less than 100 characters', async () => {
    const emulator = await run({ Role, Topic });
    const subjects = ['DOWN tokyo: x', 'x'.repeat(99), 'x'.repeat(100), 'ÄRGER', 'one\ntwo', ' leading'];
    const statuses = [];
    for (const subject of subjects) statuses.push(await publish(emulator, 'x', subject));
    expect(statuses).toEqual([200, 200, 400, 400, 400, 400]);
  });
});

describe('a Slack channel', () => {
  const custom = JSON.stringify({
    version: '1.0',
    source: 'custom',
    content: { title: 'DOWN', description: 'all of it' },
  });

  it('gets custom notifications of its topics, and nothing of any other message', async () => {
    const emulator = await run({ Role, Topic, Channel: channel() }, withSlack);
    await publish(emulator, custom);
    await publish(emulator, 'plain text');
    expect(of(emulator, 'chat')).toMatchObject([{ channel: 'C0BBBBBBB', title: 'DOWN', text: 'all of it' }]);
    expect(of(emulator, 'undelivered')).toMatchObject([{ to: 'Slack channel C0BBBBBBB' }]);
  });

  it.each([
    [
      'of a workspace that the account has not authorized',
      { SlackWorkspaceId: 'T0CCCCCCC' },
      /T0CCCCCCC is not authorized/,
    ],
    ['that does not exist', { SlackChannelId: 'C0DDDDDDD' }, /C0DDDDDDD does not exist/],
    ['whose topic does not exist', { SnsTopicArns: [`${topicArn}-2`] }, /topic .*people-2 does not exist/],
  ])('%s fails the stack', async (_what, properties, message) => {
    await expect(run({ Role, Topic, Channel: channel(properties) }, withSlack)).rejects.toThrow(message);
  });

  it('has one configuration in an account', async () => {
    const two = { Role, Topic, Channel: channel(), Other: channel({ ConfigurationName: 'other' }) };
    await expect(run(two, withSlack)).rejects.toThrow('has already been configured for AWS account 123456789012');
  });
});
