import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { region } from '../account.fixture.ts';
import { type Resources, role, run, worker } from './assembly.fixture.ts';

const text = (length: number) => 'x'.repeat(length);

const document = (bytes: number) => {
  const content = (line: string) =>
    JSON.stringify({
      schemaVersion: '2.2',
      mainSteps: [{ action: 'aws:runShellScript', name: 'one', inputs: { runCommand: [line] } }],
    });
  return content(text(bytes - content('').length));
};
const alarm = (more: object): Resources => ({
  Alarm: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      Namespace: 'n',
      MetricName: 'm',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      ...more,
    },
  },
});
const rule = (more: object): Resources => ({
  Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 minute)', ...more } },
});
const pattern = (characters: number) => ({ source: [text(characters - '{"source":[""]}'.length)] });
const topics = (number: number): Resources =>
  Object.fromEntries(
    Array.from({ length: number }, (_, index) => [`Topic${index}`, { Type: 'AWS::SNS::Topic', Properties: {} }]),
  );

/** What AWS takes, by so much; one more is refused in a sentence with these words. */
const LIMITS: readonly [string, (size: number) => Resources, number][] = [
  ['characters in FunctionName', (size) => ({ Role: role(), Worker: worker({ FunctionName: text(size) }) }), 64],
  [
    'bytes of environment variables',
    (size) => ({ Role: role(), Worker: worker({ Environment: { Variables: { A: text(size - 1) } } }) }),
    4096,
  ],
  [
    'bytes in Content',
    (size) => ({ Document: { Type: 'AWS::SSM::Document', Properties: { Name: 'one', Content: document(size) } } }),
    65_536,
  ],
  ['characters in AlarmName', (size) => alarm({ AlarmName: text(size) }), 255],
  [
    'Dimensions',
    (size) => alarm({ Dimensions: Array.from({ length: size }, (_, n) => ({ Name: `${n}`, Value: 'v' })) }),
    30,
  ],
  ['characters in Name', (size) => rule({ Name: text(size) }), 64],
  ['characters in EventPattern', (size) => rule({ ScheduleExpression: undefined, EventPattern: pattern(size) }), 2048],
  [
    'characters in DisplayName',
    (size) => ({ Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: text(size) } } }),
    100,
  ],
  ['resources', topics, 500],
];

describe('a stack with more than AWS takes is not deployed, and one with just as much is', () => {
  it.each(LIMITS)('%s', async (what, resources, most) => {
    await run(resources(most));
    await expect(run(resources(most + 1))).rejects.toThrow(
      `${most + 1} ${what}, AWS takes ${most} (https://docs.aws.amazon.com/`,
    );
  });

  it('and all of it is said at once', async () => {
    const both = { ...alarm({ AlarmName: text(256) }), ...rule({ Name: text(65) }) };
    await expect(run(both)).rejects.toThrow(/AlarmName.*\n.*Name/);
  });
});

describe('what is more than a call takes is refused', () => {
  it('an event of 256 KB, independent of its envelope', async () => {
    const emulator = await run({ Role: role() });
    const client = new EventBridgeClient({
      endpoint: emulator.endpoint,
      region,
      credentials: emulator.credentials.forUser(),
    });
    const put = (bytes: number) => {
      const entry = { Source: 'me', DetailType: 'x' };
      const Detail = `{"a":"${text(bytes - 'mex{"a":""}'.length)}"}`;
      return client.send(new PutEventsCommand({ Entries: [{ ...entry, Detail }] }));
    };
    await expect(put(256 * 1024 - 1)).resolves.toMatchObject({ FailedEntryCount: 0 });
    await expect(put(256 * 1024)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('an asynchronous invocation with more than 256 KB', async () => {
    const emulator = await run({ Role: role(), Worker: worker() });
    const client = new LambdaClient({
      endpoint: emulator.endpoint,
      region,
      credentials: emulator.credentials.forUser(),
    });
    const Payload = JSON.stringify(text(256 * 1024));
    const invoked = client.send(new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event', Payload }));
    await expect(invoked).rejects.toMatchObject({ name: 'RequestTooLargeException' });
  });
});
