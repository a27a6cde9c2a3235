import { AwsClient } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { region } from '../account.fixture.ts';
import { role, run } from './assembly.fixture.ts';

const topicArn = `arn:aws:sns:${region}:123456789012:people`;
const Topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'people' } };

/** A call in the Query protocol, as the SDK's SNS and STS clients make it. */
async function query(
  emulator: Emulator,
  service: string,
  parameters: Record<string, string>,
): Promise<[number, string]> {
  const key = emulator.credentials.forRole('arn:aws:iam::123456789012:role/worker-role', 'someone');
  const client = new AwsClient({ ...key, service, region, retries: 0 });
  const answer = await client.fetch(emulator.endpoint, {
    method: 'POST',
    body: new URLSearchParams(parameters).toString(),
  });
  return [answer.status, await answer.text()];
}

describe('GetCallerIdentity', () => {
  it('returns the identity of every caller, independent of its policies', async () => {
    const emulator = await run({ Role: role() });
    const [status, body] = await query(emulator, 'sts', { Action: 'GetCallerIdentity' });
    expect(status).toBe(200);
    expect(body).toContain('<Arn>arn:aws:sts::123456789012:assumed-role/worker-role/someone</Arn>');
    expect(body).toMatch(/<UserId>AROA[A-Z2-7]{17}:someone<\/UserId>/);
  });
});

describe('Publish', () => {
  it('is a notification in the timeline', async () => {
    const emulator = await run({ Role: role([{ Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn }]), Topic });
    const [status] = await query(emulator, 'sns', {
      Action: 'Publish',
      TopicArn: topicArn,
      Subject: 'Hello',
      Message: 'a & b',
    });
    expect(status).toBe(200);
    expect(emulator.notifications).toMatchObject([{ topic: 'people', subject: 'Hello', message: 'a & b' }]);
  });

  it.each([
    ['without the permission', [], topicArn, 403, 'AuthorizationError'],
    [
      'to a topic that is not there',
      [{ Effect: 'Allow', Action: 'sns:*', Resource: '*' }],
      `${topicArn}-2`,
      404,
      'NotFound',
    ],
  ])('is refused %s', async (_why, statements, TopicArn, status, code) => {
    const emulator = await run({ Role: role(statements), Topic });
    const answer = await query(emulator, 'sns', { Action: 'Publish', TopicArn, Message: 'x' });
    expect(answer).toEqual([status, expect.stringContaining(`<Code>${code}</Code>`)]);
    expect(emulator.notifications).toEqual([]);
  });
});
