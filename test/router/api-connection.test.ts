import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptPath } from './router.fixture.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'api-connection-'));
  spawnSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=api',
    ].concat(['-addext', 'subjectAltName=DNS:api.example', '-keyout', 'key.pem', '-out', 'certificate.pem']),
    { cwd: folder, stdio: 'ignore' },
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const COMMANDS = 'connect 127.0.0.1\ncredentials ID KEY TOKEN\npost 0 {"id":1}\n';

/** What it prints of a report to this host, whose address is that of an API with a certificate for `api.example`. */
async function postTo(host: string, trusted: string): Promise<{ printed: string; received: string[] }> {
  const received: string[] = [];
  const server = createServer(
    { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'certificate.pem')) },
    (request, response) => void text(request).then((body) => response.end(`heard ${received.push(body)}`)),
  ).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => undefined);
  await once(server, 'listening');
  const url = `https://${host}:${(server.address() as AddressInfo).port}/v1/sites/tokyo/events`;
  const child = spawn(scriptPath('api-connection'), [url, 'eu-west-1'], { env: { SSL_CERT_FILE: trusted } });
  child.stdin.end(COMMANDS);
  const printed = await text(child.stdout);
  server.close();
  server.closeAllConnections();
  return { printed, received };
}

describe('api-connection, with TLS', () => {
  it('connects to the address, and verifies the name of the URL', async () => {
    const { printed, received } = await postTo('api.example', join(folder, 'certificate.pem'));

    expect(printed).toMatch(/^open\n200\t[^\t]+ GMT\theard 1\n$/);
    expect(received).toEqual(['{"id":1}']);
  });

  it.each([
    ['of another name', 'other.example', 'certificate.pem'],
    ['that is not trusted', 'api.example', 'nothing.pem'],
  ])('sends nothing to a host with a certificate %s', async (_what, host, trusted) => {
    const { printed, received } = await postTo(host, join(folder, trusted));

    expect(printed).toMatch(/^\n000\t\t/);
    expect(received).toEqual([]);
  });
});
