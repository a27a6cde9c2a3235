import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { AwsClient } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import type { Emulator } from '#emulator/emulator.ts';
import { region } from '../account.fixture.ts';
import { role } from '../platform/assembly.fixture.ts';
import { running } from './stacks.fixture.ts';

const bucket = `cdk-hnb659fds-assets-123456789012-${region}`;

const started = (statements: readonly object[] = []) =>
  running({
    a: { Resources: { Role: role(statements) ?? {} }, files: { 'bundle+1.tgz': 'the bundle' } },
  });

const allow = (action: string, resource: string) => ({ Effect: 'Allow', Action: action, Resource: resource });

interface Call {
  readonly key?: string;
  readonly method?: string;
  readonly body?: string;
  readonly path?: string;
  readonly at?: string;
  readonly credentials?: ReturnType<Emulator['credentials']['forUser']>;
  /** Default: that of the body. */
  readonly hash?: string;
}

function call(emulator: Emulator, { key = 'bundle%2B1.tgz', method = 'GET', at = region, ...more }: Call = {}) {
  const client = new AwsClient({
    ...(more.credentials ?? emulator.credentials.forUser()),
    service: 's3',
    region: at,
    retries: 0,
  });
  return client.fetch(`${emulator.endpoint}${more.path ?? `/${bucket}/${key}`}`, {
    method,
    ...(more.body !== undefined && { body: more.body }),
    ...(more.hash !== undefined && { headers: { 'x-amz-content-sha256': more.hash } }),
  });
}

const codeOf = async (answer: Response) => `${answer.status} ${/<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]}`;

describe('the bucket of assets', () => {
  it('has the files of the assembly, read by path', async () => {
    const answer = await call(await started());
    expect([answer.status, await answer.text()]).toEqual([200, 'the bundle']);
    expect(answer.headers.get('etag')).toBe('"48d8c6269ad94dbc9fa831f72c33c3f6"');
  });

  it('answers HEAD without the object, and takes another one', async () => {
    const emulator = await started();
    const head = await call(emulator, { method: 'HEAD' });
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['10', '']);
    expect((await call(emulator, { method: 'PUT', key: 'new/one', body: 'content' })).status).toBe(200);
    expect(await (await call(emulator, { key: 'new/one' })).text()).toBe('content');
  });

  it('may be in the name of the host', async () => {
    const emulator = await started();
    const { port } = new URL(emulator.endpoint);
    const client = new AwsClient({ ...emulator.credentials.forUser(), service: 's3', region });
    const { headers } = await client.sign(`http://${bucket}.s3.localhost:${port}/bundle%2B1.tgz`);
    const answer = await new Promise<string>((resolve, reject) => {
      const host = `${bucket}.s3.localhost:${port}`;
      const options = { port, path: '/bundle%2B1.tgz', headers: { ...Object.fromEntries(headers), host } };
      request('http://127.0.0.1', options, (response) => resolve(text(response)))
        .on('error', reject)
        .end();
    });
    expect(answer).toBe('the bundle');
  });

  it.each<[string, Call, string]>([
    ['a key that does not exist', { key: 'nothing' }, '404 NoSuchKey'],
    ['a bucket that does not exist', { path: '/nowhere/one' }, '404 NoSuchBucket'],
    ['another region', { at: 'us-east-1' }, '400 AuthorizationHeaderMalformed'],
    ['the hash of another body', { hash: 'a'.repeat(64) }, '400 XAmzContentSHA256Mismatch'],
    ['another action', { key: '?acl' }, '501 NotImplemented'],
  ])('refuses %s', async (_what, what, expected) => {
    expect(await codeOf(await call(await started(), what))).toBe(expected);
  });

  it('refuses a request without the hash of its body, with unsigned headers, and unknown keys', async () => {
    const emulator = await started();
    const client = new AwsClient({ ...emulator.credentials.forUser(), service: 's3', region });
    const signed = await client.sign(`${emulator.endpoint}/${bucket}/bundle%2B1.tgz`);
    const without = new Headers(signed.headers);
    without.delete('x-amz-content-sha256');
    expect(await codeOf(await fetch(signed.url, { headers: without }))).toBe('400 InvalidRequest');
    const more = new Headers(signed.headers);
    more.set('x-amz-acl', 'public-read');
    expect(await codeOf(await fetch(signed.url, { headers: more }))).toBe('403 AccessDenied');
    const other = new Headers(signed.headers);
    other.set('authorization', (other.get('authorization') ?? '').replace(/Signature=..../, 'Signature=0000'));
    expect(await codeOf(await fetch(signed.url, { headers: other }))).toBe('403 SignatureDoesNotMatch');
    const nobody = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'secret' };
    expect(await codeOf(await call(emulator, { credentials: nobody }))).toBe('403 InvalidAccessKeyId');
  });

  it('gives a role what its policies allow, and only who may list it learns that an object is missing', async () => {
    const emulator = await started([allow('s3:GetObject', `arn:aws:s3:::${bucket}/bundle+1.tgz`)]);
    const credentials = emulator.credentials.forRole('arn:aws:iam::123456789012:role/worker-role', 'session');
    expect((await call(emulator, { credentials })).status).toBe(200);
    expect(await codeOf(await call(emulator, { credentials, key: 'other' }))).toBe('403 AccessDenied');
    expect(await codeOf(await call(emulator, { credentials, method: 'PUT', body: 'x' }))).toBe('403 AccessDenied');
    const reader = await started([allow('s3:GetObject', `arn:aws:s3:::${bucket}/*`)]);
    const readers = reader.credentials.forRole('arn:aws:iam::123456789012:role/worker-role', 'session');
    expect(await codeOf(await call(reader, { credentials: readers, key: 'nothing' }))).toBe('403 AccessDenied');
  });
});
