import { DescribeRouteTablesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { LAST_TRY_MS, withLongerLastTry } from '#aws/longer-last-try.ts';

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

/** A client to which EC2 never answers, and how long each attempt was to wait, ms; undefined: as the client is configured. */
function unanswered(maxAttempts: number) {
  const waited: (number | undefined)[] = [];
  const requestHandler = {
    handle: (_: unknown, options?: { requestTimeout?: number }) => {
      waited.push(options?.requestTimeout);
      return Promise.reject(Object.assign(new Error('requestTimeout'), { name: 'TimeoutError' }));
    },
  };
  const client = new EC2Client({
    region: 'us-east-1',
    credentials,
    maxAttempts,
    requestHandler: requestHandler as never,
  });
  return { waited, client };
}

it('the last of three attempts waits longer than the client is configured to', async () => {
  const { waited, client } = unanswered(3);
  await expect(withLongerLastTry(client).send(new DescribeRouteTablesCommand({}))).rejects.toThrow('requestTimeout');
  expect(waited).toEqual([undefined, undefined, LAST_TRY_MS]);
});

it('also after many calls that were not answered: none of them uses up the attempts of others', async () => {
  const { waited, client } = unanswered(3);
  const patient = withLongerLastTry(client);
  const calls = Array.from({ length: 40 }, () => patient.send(new DescribeRouteTablesCommand({})));
  const ends = await Promise.allSettled(calls);
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  expect(waited.filter((ms) => ms === LAST_TRY_MS)).toHaveLength(40);
});

it('without it all of them wait as long', async () => {
  const { waited, client } = unanswered(2);
  await expect(client.send(new DescribeRouteTablesCommand({}))).rejects.toThrow('requestTimeout');
  expect(waited).toEqual([undefined, undefined]);
});
