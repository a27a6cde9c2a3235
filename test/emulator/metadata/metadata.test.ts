import { afterEach, expect, test } from 'vitest';
import { createEc2 } from '#emulator/ec2/service.ts';
import { startMetadata } from '#emulator/metadata/service.ts';
import { account, region, router1, router2 } from '../account.fixture.ts';
import { manualClock } from '../manual-clock.ts';

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((close) => close()));
});

async function open() {
  const clock = manualClock();
  const ec2 = createEc2({ account: account(), clock, publish: () => undefined });
  const metadata = await startMetadata({
    account: account(),
    clock,
    guests: ec2.guests,
    credentialsFor: (_region, id) => ({
      accessKeyId: `ASIA-${id}`,
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiration: clock.now() + 3_600_000,
    }),
  });
  opened.push(() => metadata.close());
  const url = metadata.url(region, router1) ?? '';
  const tokenFor = async (ttl?: string) => {
    const headers = ttl === undefined ? undefined : { 'x-aws-ec2-metadata-token-ttl-seconds': ttl };
    return fetch(`${url}/latest/api/token`, { method: 'PUT', headers });
  };
  const get = async (path: string, token: string, at = url) => {
    const response = await fetch(`${at}/latest/${path}`, { headers: { 'x-aws-ec2-metadata-token': token } });
    return { status: response.status, text: await response.text() };
  };
  return { clock, ec2, metadata, url, tokenFor, get, token: await (await tokenFor('60')).text() };
}

test('With a token the instance learns its id, region, role and credentials', async () => {
  const { get, token } = await open();
  expect((await get('meta-data/instance-id', token)).text).toBe(router1);
  expect((await get('meta-data/placement/region', token)).text).toBe(region);
  expect((await get('meta-data/iam/security-credentials/', token)).text).toBe('router');
  const credentials: unknown = JSON.parse((await get('meta-data/iam/security-credentials/router', token)).text);
  expect(credentials).toEqual({
    Code: 'Success',
    LastUpdated: '2026-11-23T00:00:00Z',
    Type: 'AWS-HMAC',
    AccessKeyId: `ASIA-${router1}`,
    SecretAccessKey: 'secret',
    Token: 'session',
    Expiration: '2026-11-23T01:00:00Z',
  });
  const identity: unknown = JSON.parse((await get('dynamic/instance-identity/document', token)).text);
  expect(identity).toMatchObject({ instanceId: router1, region, accountId: '123456789012', privateIp: '10.1.100.10' });
});

test('Without a token, and with one that has expired, the answer is 401', async () => {
  const { clock, get, token, url } = await open();
  expect((await fetch(`${url}/latest/meta-data/instance-id`)).status).toBe(401);
  await clock.advance(59_999);
  expect((await get('meta-data/instance-id', token)).status).toBe(200);
  await clock.advance(1);
  expect((await get('meta-data/instance-id', token)).status).toBe(401);
});

test('One instance’s token is worth nothing at another', async () => {
  const { metadata, get, token } = await open();
  expect((await get('meta-data/instance-id', token, metadata.url(region, router2))).status).toBe(401);
});

test.each([
  ['no lifetime', undefined],
  ['a lifetime of 0', '0'],
  ['more than six hours', '21601'],
  ['a lifetime that is no number', 'long'],
])('A token for %s is refused', async (_name, ttl) => {
  const { tokenFor } = await open();
  expect((await tokenFor(ttl)).status).toBe(400);
});

test.each(['meta-data/iam/security-credentials/other', 'meta-data/no-such-thing', 'meta-data/constructor'])(
  'There is nothing at %s',
  async (path) => {
    const { get, token } = await open();
    expect((await get(path, token)).status).toBe(404);
  },
);

test('A proxied request gets no token', async () => {
  const { url } = await open();
  const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60', 'x-forwarded-for': '192.0.2.1' };
  expect((await fetch(`${url}/latest/api/token`, { method: 'PUT', headers })).status).toBe(403);
});

test.each(['stop', 'terminate', 'hang'] as const)('After %s the metadata service does not answer', async (act) => {
  const { ec2, get, token } = await open();
  ec2.lifecycle[act](region, router1);
  await expect(get('meta-data/instance-id', token)).rejects.toThrow('fetch failed');
});
