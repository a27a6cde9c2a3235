import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AwsClient } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { region } from '../account.fixture.ts';
import { httpApi, of, role, run, worker } from './assembly.fixture.ts';

const site = () => ({ Role: role(), Worker: worker(), ...httpApi() });

async function post(
  emulator: Emulator,
  {
    key = emulator.credentials.forUser(),
    service = 'execute-api',
    at = region,
    date,
    change = () => undefined,
  }: {
    key?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
    service?: string;
    at?: string;
    date?: string;
    change?: (request: { headers: Headers; body: string; path: string }) => void;
  } = {},
): Promise<Response> {
  const url = `${emulator.httpApiUrl(region)}/things/one`;
  const client = new AwsClient({ ...key, service, region: at, retries: 0 });
  const signed = await client.sign(url, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
    aws: { allHeaders: true, ...(date !== undefined && { datetime: date }) },
  });
  const request = { headers: new Headers(signed.headers), body: '{}', path: '/things/one' };
  change(request);
  return fetch(`${emulator.httpApiUrl(region)}${request.path}`, {
    method: 'POST',
    headers: request.headers,
    body: request.body,
  });
}

describe('a signed request to an HTTP API', () => {
  it('reaches the function, which learns who called', async () => {
    const emulator = await run(site());
    const answer = await post(emulator);
    expect(answer.status).toBe(200);
    const { event } = (await answer.json()) as { event: Record<string, unknown> };
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /things/{thing}',
      rawPath: '/things/one',
      pathParameters: { thing: 'one' },
      body: '{}',
      isBase64Encoded: false,
      requestContext: {
        stage: '$default',
        authorizer: {
          iam: {
            userArn: 'arn:aws:iam::123456789012:user/operator',
            accountId: '123456789012',
            principalOrgId: null,
            cognitoIdentity: null,
          },
        },
      },
    });
  });

  const wrongs: Record<string, Parameters<typeof post>[1]> = {
    'with another body than was signed': { change: (request) => Object.assign(request, { body: '{"other":1}' }) },
    'with another path than was signed': { change: (request) => Object.assign(request, { path: '/things/two' }) },
    'with a signed header changed': { change: ({ headers }) => headers.set('content-type', 'text/plain') },
    'with a header that should have been signed': { change: ({ headers }) => headers.set('x-amz-extra', 'yes') },
    'without Authorization': { change: ({ headers }) => headers.delete('authorization') },
    'with an Authorization that is none': { change: ({ headers }) => headers.set('authorization', 'Bearer me') },
    'with an unknown key': { key: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } },
    'signed for another service': { service: 'ec2' },
    'signed for another region': { at: 'us-east-1' },
    'signed a day ago': { date: '20200101T000000Z' },
  };
  it.each(Object.entries(wrongs))('is Forbidden %s, and the function never runs', async (_how, wrong) => {
    const emulator = await run(site());
    const answer = await post(emulator, wrong);
    expect([answer.status, await answer.json()]).toEqual([403, { message: 'Forbidden' }]);
    expect(of(emulator, 'invocation')).toEqual([]);
    expect(of(emulator, 'http-api')[0]?.reason).toMatch(/\S/);
  });

  it('is Forbidden with a wrong secret, a missing token, or the token of another session', async () => {
    const emulator = await run({
      ...site(),
      Role: role([{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }]),
    });
    const arn = 'arn:aws:iam::123456789012:role/worker-role';
    const key = emulator.credentials.forRole(arn, 'a');
    const other = emulator.credentials.forRole(arn, 'b');
    const statuses = [];
    for (const wrong of [
      key,
      { ...key, secretAccessKey: other.secretAccessKey },
      { ...key, sessionToken: other.sessionToken },
      { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey },
    ]) {
      statuses.push((await post(emulator, { key: wrong })).status);
    }
    expect(statuses).toEqual([200, 403, 403, 403]);
  });

  it('has no other route than the template says', async () => {
    const emulator = await run(site());
    const answer = await post(emulator, { change: (request) => Object.assign(request, { path: '/elsewhere' }) });
    expect([answer.status, await answer.json()]).toEqual([404, { message: 'Not Found' }]);
  });

  it('is too large beyond 10 MB', async () => {
    const emulator = await run(site());
    const answer = await post(emulator, {
      change: (request) => Object.assign(request, { body: 'x'.repeat(10 * 1024 * 1024 + 1) }),
    });
    expect(answer.status).toBe(413);
  });
});

describe('a call to an AWS service', () => {
  it("is refused with the service's own code when the secret is wrong", async () => {
    const emulator = await run({ Role: role() });
    const credentials = { ...emulator.credentials.forUser(), secretAccessKey: 'wrong' };
    const options = { endpoint: emulator.endpoint, region, credentials, maxAttempts: 1 };
    await expect(new EC2Client(options).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      name: 'AuthFailure',
    });
    const events = new EventBridgeClient(options);
    await expect(events.send(new PutEventsCommand({ Entries: [] }))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
    expect(of(emulator, 'call').map(({ error }) => error?.split(':')[0])).toEqual([
      'AuthFailure',
      'InvalidSignatureException',
    ]);
  });

  it('says which services there are when it is for none of them', async () => {
    const emulator = await run({ Role: role() });
    const client = new AwsClient({ ...emulator.credentials.forUser(), service: 'kms', region, retries: 0 });
    const answer = await client.fetch(emulator.endpoint, { method: 'POST' });
    expect(await answer.text()).toContain('The service \\"kms\\" is not emulated. There are: ec2,');
  });
});
