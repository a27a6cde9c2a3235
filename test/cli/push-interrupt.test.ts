import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FILE, PushedSites } from './pushed-sites.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const RENUMBERED = FILE.replace('169.254.10.4/30', '169.254.20.4/30');

/** The command as a process of its own, and SSM and the APIs on 127.0.0.1: `hangs` accepts a request and never answers. */
async function pushed(hangs: (asked: { action: string; only?: string }) => boolean) {
  const sites = new PushedSites();
  const hanging = Promise.withResolvers<void>();
  const byName = new Map([...sites.sites.values()].map((site) => [site.world.site.name, site] as const));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    if (request.headers['x-amz-target'] === 'AmazonSSM.GetParameter') {
      response.end(JSON.stringify({ Parameter: { Value: `http://${request.headers.host ?? ''}` } }));
      return;
    }
    const { method = '', url = '' } = request;
    const given = await byName.get(url.split('/')[3] ?? '')?.http(method, url, body);
    const asked = method === 'GET' ? {} : (JSON.parse(body) as { readonly only?: string });
    if (hangs({ ...asked, action: url.split('/').at(-1) ?? '' })) hanging.resolve();
    else response.writeHead(given?.status ?? 404).end(JSON.stringify(given?.body));
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const child = spawn(process.execPath, [main, 'config', 'push', '-', '--yes', '--json'], {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    },
  });
  child.stdin.end(RENUMBERED);
  const ended = Promise.all([once(child, 'close') as Promise<[number]>, text(child.stdout), text(child.stderr)]);
  const end = async () => {
    const [[code], stdout, stderr] = await ended;
    server.closeAllConnections();
    server.close();
    return { code, stdout, stderr };
  };
  return { sites, child, hanging: hanging.promise, end };
}

it('Ctrl-C while routers are held takes them back and prints what every router has', async () => {
  const { sites, child, hanging, end } = await pushed(({ action, only }) => action === 'push' && only === 'virginia-2');
  await hanging;
  child.kill('SIGINT');
  const { code, stdout, stderr } = await end();
  expect([code, stderr]).toEqual([130, expect.stringContaining('Ctrl-C again exits at once')]);
  const { sites: views } = JSON.parse(stdout) as { sites: { routers: object[] }[] };
  const old = { runs: 'old', boots: 'old', revertsAt: null };
  const unchanged = { runs: 'new', boots: 'new', revertsAt: null };
  expect(views.flatMap(({ routers }) => routers)).toMatchObject([old, unchanged, old, unchanged]);
  expect(['tokyo-2', 'virginia-2'].map((name) => sites.router(name).pending)).toEqual([undefined, undefined]);
});

it('a second Ctrl-C ends at once, with 130, even if a site does not answer', async () => {
  const { child, hanging, end } = await pushed(({ action }) => action !== 'plan');
  await hanging;
  child.kill('SIGINT');
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => chunk.includes('Ctrl-C again') && resolve());
  });
  child.kill('SIGINT');
  const { code, stdout } = await end();
  expect([code, stdout]).toEqual([130, '']);
});
