import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeApi, fakeApi } from './http-servers.ts';
import { TestRouter } from './router.fixture.ts';

const HOST = 'api.vyos-failover.example';
const HANGS = 'exec sleep 600';
const SILENT = '127.0.0.254';
const OTHER = '127.0.0.253';

/** An API that has a name, as on AWS, and a router that trusts its certificate. */
interface NamedApi {
  readonly router: TestRouter;
  readonly api: FakeApi;
  readonly env: Readonly<Record<string, string>>;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const folder = mkdtempSync(join(tmpdir(), 'vyos-failover-certificate-'));
const certified = (name: 'key' | 'cert') => join(folder, name);
beforeAll(() => {
  const name = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', certified('key')];
  execFileSync('openssl', ['req', '-x509', ...key, ...name, '-days', '2', '-out', certified('cert')], {
    stdio: 'ignore',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function namedApi(settings: Readonly<Record<string, string>> = {}): Promise<NamedApi> {
  const router = await TestRouter.start();
  router.usesCurl();
  const { state: api, listener } = fakeApi();
  const server = createServer(
    { key: await readFile(certified('key')), cert: await readFile(certified('cert')) },
    (request, response) => void listener(request, response),
  ).listen(0, '127.0.0.1');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await router.configure({ API_URL: `https://${HOST}:${port}`, ...settings });
  await router.command('getent', HANGS);
  return { router, api, env: { CURL_CA_BUNDLE: certified('cert') } };
}

/** Puts there what an earlier contact has found. */
async function found(router: TestRouter, addresses: string): Promise<void> {
  await mkdir(join(router.directory, 'state'), { recursive: true });
  await writeFile(join(router.directory, 'state', `addresses-${HOST}`), `${addresses}\n`);
}

const urlOf = async (router: TestRouter) =>
  /^API_URL='(.*)'$/m.exec(await readFile(join(router.directory, 'report.conf'), 'utf8'))?.[1] ?? '';

const ARGS = ['--detector', 'bfd', '--event', 'peer-failed', '--subject', 'tokyo-1', '--foreground'];

describe('report, with a name server that does not answer', () => {
  it.each(['peer-failed', 'peer-left'])('goes to the addresses that were found before, for %s', async (event) => {
    const { router, api, env } = await namedApi();
    await found(router, '127.0.0.1');

    expect((await router.run(ARGS.with(3, event), { env })).status).toBe(0);

    expect(api.requests).toHaveLength(1);
    expect(api.requests[0]?.headers.host).toMatch(new RegExp(`^${HOST}:`));
  });

  it('is signed for the name by our own hand, too', async () => {
    const { router, api, env } = await namedApi();
    await found(router, '127.0.0.1');
    await router.oldCurl();

    expect((await router.run(ARGS, { env })).status).toBe(0);

    expect(api.requests[0]?.headers.host).toMatch(new RegExp(`^${HOST}:`));
  });

  it('finds the address that answers among those that were found before', async () => {
    const { router, api, env } = await namedApi();
    await found(router, `${SILENT} 127.0.0.1`);

    expect((await router.run(ARGS, { env })).status).toBe(0);

    expect(api.requests).toHaveLength(1);
  });

  it('goes to the next address after one that connects and is no longer the API’s', async () => {
    const { router, api, env } = await namedApi();
    const { port } = new URL(await urlOf(router));
    const other = createTcpServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.destroy());
    }).listen(Number(port), OTHER);
    closing.push(() => other.close());
    await once(other, 'listening');
    await found(router, `${OTHER} 127.0.0.1`);

    expect((await router.run(ARGS.with(3, 'peer-left'), { env })).status).toBe(0);

    expect(await router.log()).toContain('try 1 failed: no answer from https://');
    expect(api.requests).toHaveLength(1);
  });

  it('logs that it has no address, and retries until there is one', async () => {
    const { router, env } = await namedApi();
    const ended = router.run(ARGS, { env });
    await router.untilLogged(/waiting: .* the API is out of reach too, at no known address/);

    await router.command('getent', `echo '127.0.0.1       STREAM ${HOST}'`);

    expect((await ended).status).toBe(0);
  });
});

describe('report, with a name server that answers', () => {
  const ANSWER = `echo '127.0.0.1       STREAM ${HOST}'; echo '127.0.0.1       DGRAM'`;

  it('takes its address, and keeps it', async () => {
    const { router, env } = await namedApi();
    await router.command('getent', ANSWER);

    expect((await router.run(ARGS, { env })).status).toBe(0);

    expect(await readFile(join(router.directory, 'state', `addresses-${HOST}`), 'utf8')).toBe('127.0.0.1\n');
  });

  it('takes its address when none of those that were found before connects', async () => {
    const { router, env } = await namedApi();
    await found(router, SILENT);
    await router.command('getent', ANSWER);

    expect((await router.run(ARGS, { env })).status).toBe(0);
  });

  it('takes what comes while it is waiting for the API', async () => {
    const { router, env } = await namedApi();
    await router.command('getent', `sleep 0.4; ${ANSWER}`);

    expect((await router.run(ARGS, { env })).status).toBe(0);

    expect(await readFile(join(router.directory, 'state', `addresses-${HOST}`), 'utf8')).toBe('127.0.0.1\n');
  });

  it('waits one second, not five, for a silent server before it queries the next', async () => {
    const { router, env } = await namedApi();
    await router.command('getent', `[[ $RES_OPTIONS == 'timeout:1 attempts:2' ]] && ${ANSWER}`);

    expect((await router.run(ARGS, { env })).status).toBe(0);
  });

  it('believes nothing that is no address', async () => {
    const { router, env } = await namedApi();
    const marker = join(router.directory, 'ran');
    await router.command('getent', `echo '$(touch ${marker})'; echo '../x'; ${ANSWER}`);

    expect((await router.run(ARGS, { env })).status).toBe(0);
  });
});

describe('reconcile', () => {
  it('resolves the names of all APIs with each contact, for later reports', async () => {
    const { router, api, env } = await namedApi({
      DETECTORS: 'bfd',
      WITNESS_FOR: 'virginia-1@virginia=169.254.10.1',
      WITNESS_APIS: 'virginia@us-east-1=https://virginia.example',
    });
    await router.command('getent', 'case $2 in virginia*) echo 192.0.2.9 ;; *) echo 127.0.0.1 ;; esac');

    await router.run(['--once'], { script: 'reconcile', env });

    expect(api.contacts).toHaveLength(1);
    const kept = (host: string) => readFile(join(router.directory, 'state', `addresses-${host}`), 'utf8');
    expect(await kept(HOST)).toBe('127.0.0.1\n');
    expect(await kept('virginia.example')).toBe('192.0.2.9\n');
  });

  it('is in contact at addresses from an earlier lookup, and logs that', async () => {
    const { router, api, env } = await namedApi();
    await router.command('getent', 'exit 2');
    await found(router, '127.0.0.1');

    await router.run(['--once'], { script: 'reconcile', env });

    expect(api.contacts).toHaveLength(1);
    expect(await router.log()).toContain(
      `in contact with the API at addresses from an earlier lookup: the name ${HOST} cannot be looked up`,
    );
  });
});
