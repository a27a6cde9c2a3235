import { AwsClient } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { region } from '../account.fixture.ts';
import { accountId, eventually, of, type Resources, role, run, worker } from './assembly.fixture.ts';

const queueArn = { 'Fn::GetAtt': ['Queue', 'Arn'] };
const maySend = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: `arn:aws:sqs:${region}:${accountId}:letters` };
const Queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'letters' } };
const config = {
  Type: 'AWS::Lambda::EventInvokeConfig',
  Properties: {
    FunctionName: { Ref: 'Worker' },
    Qualifier: '$LATEST',
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: queueArn } },
  },
};
const ruleTo = (deadLetters: Record<string, unknown>): Resources[string] => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: 'rule',
    ScheduleExpression: 'rate(1 minute)',
    Targets: [{ Id: 'worker', Arn: { 'Fn::GetAtt': ['Worker', 'Arn'] }, DeadLetterConfig: deadLetters }],
  },
});
const policy = (sourceArn: unknown): Resources[string] => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: 'Queue' }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queueArn,
          Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
        },
      ],
    },
  },
});

/** A call of SQS's API, as the AWS CLI makes it. */
async function sqs(emulator: Emulator, action: string, input: object): Promise<Record<string, unknown>> {
  const client = new AwsClient({ ...emulator.credentials.forUser(), region, service: 'sqs', retries: 0 });
  const headers = { 'x-amz-target': `AmazonSQS.${action}`, 'content-type': 'application/x-amz-json-1.0' };
  const answer = await client.fetch(emulator.endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
  return (await answer.json()) as Record<string, unknown>;
}

describe('what Lambda gives up', () => {
  it('goes to the destination for failures, from which SQS delivers it until it is deleted', async () => {
    const emulator = await run({ Role: role([maySend]), Worker: worker(), Queue, Config: config });
    const client = new AwsClient({ ...emulator.credentials.forUser(), region, service: 'lambda', retries: 0 });
    await client.fetch(`${emulator.endpoint}/2015-03-31/functions/worker/invocations`, {
      method: 'POST',
      headers: { 'x-amz-invocation-type': 'Event' },
      body: '{"do":"throw"}',
    });
    await eventually(emulator, () => of(emulator, 'undelivered')[0]);
    const { QueueUrl } = await sqs(emulator, 'GetQueueUrl', { QueueName: 'letters' });
    const received = await sqs(emulator, 'ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
    const [message] = received['Messages'] as [{ Body: string; ReceiptHandle: string }];
    expect(JSON.parse(message.Body)).toMatchObject({
      requestContext: {
        functionArn: `arn:aws:lambda:${region}:${accountId}:function:worker:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 1,
      },
      requestPayload: { do: 'throw' },
      responseContext: { functionError: 'Unhandled' },
      responsePayload: { errorType: 'TypeError', errorMessage: 'no such luck' },
    });
    expect(await sqs(emulator, 'ReceiveMessage', { QueueUrl })).toEqual({});
    await sqs(emulator, 'DeleteMessage', { QueueUrl, ReceiptHandle: message.ReceiptHandle });
    expect(emulator.queues.messages(`arn:aws:sqs:${region}:${accountId}:letters`)).toEqual([]);
  });

  it('has no destination that the role of the function may not write to: Lambda refuses it', async () => {
    await expect(run({ Role: role(), Worker: worker(), Queue, Config: config })).rejects.toThrow(
      `The function's execution role does not have permissions to call SendMessage on arn:aws:sqs:${region}:${accountId}:letters`,
    );
  });
});

describe('an event that does not reach its target', () => {
  const arn = `arn:aws:sqs:${region}:${accountId}:letters`;

  it('goes to the queue of the target, with the reason', async () => {
    const emulator = await run({
      Role: role(),
      Worker: worker(),
      Queue,
      Rule: ruleTo({ Arn: queueArn }),
      Policy: policy({ 'Fn::GetAtt': ['Rule', 'Arn'] }),
    });
    await emulator.tickSchedules();
    const [letter] = emulator.queues.messages(arn);
    expect(letter?.attributes).toMatchObject({ RULE_ARN: expect.stringContaining('rule/rule') as string });
    expect(letter?.attributes['ERROR_MESSAGE']).toContain('lambda:InvokeFunction');
    expect(JSON.parse(letter?.body ?? '')).toMatchObject({ 'detail-type': 'Scheduled Event' });
    const visible = { region, namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible' };
    expect(emulator.metrics.samples({ ...visible, dimensions: { QueueName: 'letters' } }, 0)).toMatchObject([
      { value: 1 },
    ]);
  });

  it('is lost if the policy of the queue does not let that rule write to it', async () => {
    const emulator = await run({
      Role: role(),
      Worker: worker(),
      Queue,
      Rule: ruleTo({ Arn: queueArn }),
      Policy: policy('arn:aws:events:us-east-1:123456789012:rule/other'),
    });
    await emulator.tickSchedules();
    expect(emulator.queues.messages(arn)).toEqual([]);
    expect(of(emulator, 'undelivered').map(({ to }) => to)).toContain(arn);
  });
});
