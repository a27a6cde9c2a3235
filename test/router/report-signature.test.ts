import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsV4Signer } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import { CREDENTIALS, type ReceivedRequest } from './http-servers.ts';
import { readProcesses, TestRouter } from './router.fixture.ts';

/** VyOS 1.4 and later have a curl that signs; for 1.3's we sign ourselves; reports with phases are signed in Python. */
const signers = [
  ['curl', async () => undefined, '--aws-sigv4'],
  ['our own hand', (router: TestRouter) => router.oldCurl(), 'content-type: application/json'],
  ['the connection of its phases', (router: TestRouter) => router.configure({ REPORT_PHASES: '2' }), 'api-connection'],
] as const;

describe.each(signers)('report, signing by %s', (_signer, prepare, argument) => {
  it('signs whatever body it has, goes by no .curlrc or proxy, and shows no key in a command line, an environment, a file or the log', async () => {
    const router = await TestRouter.start();
    router.usesCurl();
    await prepare(router);
    await router.command('vtysh', `printf '"東京 %%s \\\\\\\\ %0100d"' 0 >&2; exit 1`);
    await writeFile(join(router.directory, '.curlrc'), 'user-agent = "as .curlrc says"\n');
    const seen: string[] = [];
    const look = async () => {
      for (const { cmdline, environ } of readProcesses()) seen.push(cmdline, environ);
      seen.push(...(await filesOf(router.directory)));
    };
    router.metadata.onRequest = look;
    router.api.onRequest = look;
    const args = ['--detector', 'bfd', '--event', 'peer-failed', '--subject', 'tokyo-1', '--foreground'];

    const { status } = await router.run(args, {
      env: { HOME: router.directory, http_proxy: 'http://127.0.0.1:1/', ALL_PROXY: 'http://127.0.0.1:1/' },
    });

    expect(status).toBe(0);
    expect(router.api.requests.at(-1)?.body).toContain('東京');
    for (const request of router.api.requests) {
      const { authorization, 'user-agent': agent } = request.headers;
      expect(agent).not.toBe('as .curlrc says');
      expect(request.headers['x-amz-security-token']).toBe(CREDENTIALS.sessionToken);
      expect(authorization).toContain('/ap-northeast-1/execute-api/aws4_request');
      expect(authorization).toContain('SignedHeaders=content-type;host;x-amz-date;x-amz-security-token');
      expect(await signatureOf(request)).toBe(authorization?.replaceAll(', ', ','));
    }
    // The processes were listed while curl had the keys.
    expect(seen.filter((text) => text.includes(argument))).not.toEqual([]);
    expect(seen.filter((text) => text.includes('http://127.0.0.1') && text.includes('api/token'))).not.toEqual([]);
    seen.push(...(await filesOf(router.directory)));
    for (const secret of [...Object.values(CREDENTIALS), 'AQAEAtoken-of-this-session==']) {
      expect(seen.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});

/** The Authorization header that an independent signer makes for the same request at the same time. */
async function signatureOf({ method, path, headers, body }: ReceivedRequest): Promise<string | undefined> {
  const datetime = headers['x-amz-date'];
  const signer = new AwsV4Signer({
    method,
    url: `http://${headers.host}${path}`,
    headers: { 'content-type': headers['content-type'] ?? '' },
    body,
    ...CREDENTIALS,
    service: 'execute-api',
    region: 'ap-northeast-1',
    datetime: typeof datetime === 'string' ? datetime : '',
    allHeaders: true,
  });
  const signed = await signer.sign();
  return signed.headers.get('authorization')?.replaceAll(', ', ',');
}

/** Contents of all files in a directory and below, but of the fixture's own configuration. */
async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1').catch(() => '')));
}
