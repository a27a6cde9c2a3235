import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished, vi } from 'vitest';
import { packedLines } from '#aws/packed-lines.ts';
import { createdUserData } from '#infra/created/created-user-data.ts';
import { bundleArchive } from '#infra/router-bundles/bundle-archive.ts';
import { CreatedRouter, type LaunchedInstance } from '#simulated-vyos/created-router.ts';
import type { Topology } from '#topology/topology.ts';
import type { BootDocument } from '#vyos/boot-values.ts';
import { bootParameterName } from '#vyos/boot-values.ts';
import { routerSecrets } from '#vyos/router-secrets.ts';
import { example } from '../vyos/topologies.ts';
import { fakeMetadata, type Listener, type ReceivedRequest, type RunningServer, serve } from './http-servers.ts';

export const KEY = 'k5tGbn9VJOB4UoHpN-M8CGZ7pA1AlzGPyDTo1lQwPqA';
export const ROUTER = 'tokyo-1';
const AGENT = '!<arch>\nPackage: amazon-ssm-agent\nVersion: 3.3.3000.0-1\nArchitecture: amd64\n';

/** With the detector that needs no program and no key of its own. */
export const topology: Topology = withoutSerf(example('tokyo-virginia'));

function withoutSerf(of: Topology): Topology {
  return { ...of, sites: of.sites.map((site) => ({ ...site, detectors: ['bfd' as const] })) };
}

/** The services that a new router asks, as far as it asks them. */
export class FakeAws {
  readonly parameters = new Map<string, string>();
  /** By `bucket/key`. */
  readonly objects = new Map<string, Buffer>();
  /** Lines, as they were pushed to the router last. */
  pushed: readonly string[] | undefined;
  /** Actions that IAM denies: `GetParameter`, `GetObject`, `GetItem`. */
  readonly denied = new Set<string>();
  readonly requests: (ReceivedRequest & { readonly action: string })[] = [];
  /** Called with each request, before it is answered. */
  onRequest: (action: string) => void = () => undefined;

  readonly listener: Listener = async (request, response) => {
    const { method = '', url = '', headers } = request;
    const body = await text(request);
    const action = method === 'GET' ? 'GetObject' : String(headers['x-amz-target']).replace(/^.*\./, '');
    this.requests.push({ method, path: url, headers, body, action });
    this.onRequest(action);
    const answer = this.denied.has(action) ? denied(action) : this.#answer(action, url, body);
    response.writeHead(answer.status).end(answer.body);
  };

  #answer(action: string, url: string, body: string): { status: number; body: string | Buffer } {
    if (action === 'GetObject') {
      const object = this.objects.get(decodeURIComponent(url.slice(1)));
      const missing = '<?xml version="1.0"?>\n<Error><Code>NoSuchKey</Code><Message>no key</Message></Error>';
      return object === undefined ? { status: 404, body: missing } : { status: 200, body: object };
    }
    if (action === 'GetItem') {
      const lines = this.pushed && { S: packedLines(this.pushed) };
      const Item = lines && { pushed: { M: { lines, id: { S: 'one' }, at: { N: '1' } } } };
      return { status: 200, body: JSON.stringify({ Item }) };
    }
    const value = this.parameters.get((JSON.parse(body) as { Name: string }).Name);
    return value === undefined
      ? { status: 400, body: JSON.stringify({ __type: 'ParameterNotFound' }) }
      : { status: 200, body: JSON.stringify({ Parameter: { Value: value } }) };
  }
}

function denied(action: string): { status: number; body: string } {
  const says = `vyos-router is not authorized to perform: ${action}`;
  return action === 'GetObject'
    ? { status: 403, body: `<Error><Code>AccessDenied</Code><Message>${says}</Message></Error>` }
    : { status: 400, body: JSON.stringify({ __type: 'AccessDeniedException', Message: says }) };
}

/** A new instance of tokyo-1, not yet powered on, and the AWS around it, in which everything is deployed. */
export class NewRouter {
  readonly aws: FakeAws;
  readonly router: CreatedRouter;
  /** What it was launched with. */
  readonly instance: LaunchedInstance;
  readonly folder: string;
  /** Name of its boot parameter. */
  readonly parameter = bootParameterName(topology, { name: 'tokyo' }, ROUTER);
  readonly document: BootDocument;
  readonly #servers: RunningServer[];

  private constructor(
    { aws, router, instance, document }: Pick<NewRouter, 'aws' | 'router' | 'instance' | 'document'>,
    servers: RunningServer[],
  ) {
    this.aws = aws;
    this.router = router;
    this.instance = instance;
    this.folder = router.vyos.folder;
    this.document = document;
    this.#servers = servers;
  }

  /** Until the test ends. */
  static async launch(of: Topology = topology, version = '1.4.0'): Promise<NewRouter> {
    const directory = await mkdtemp(join(tmpdir(), 'boot-'));
    const { file, sha256, programs } = bundleArchive(of, ROUTER);
    const userData = createdUserData(of, ROUTER);
    const agent = { bucket: 'assets', key: 'agent.deb', sha256: createHash('sha256').update(AGENT).digest('hex') };
    const document = {
      bundle: { bucket: 'assets', key: `${sha256} +.zip`, sha256 },
      programs,
      agent,
      apiUrl: 'https://a1b2c3.execute-api.ap-northeast-1.amazonaws.com',
      witnessUrls: { virginia: 'https://d4e5f6.execute-api.us-east-1.amazonaws.com' },
      addresses: { 'tokyo-1': '203.0.113.10', 'virginia-1': '198.51.100.99' },
      table: 'tokyo-table',
    };
    const aws = new FakeAws();
    aws.objects.set(`assets/${document.bundle.key}`, await readFile(file));
    aws.objects.set(`assets/${agent.key}`, Buffer.from(AGENT));
    for (const { name } of routerSecrets(of, ROUTER)) aws.parameters.set(name, KEY);
    const servers = [await serve(aws.listener), await serve(fakeMetadata().listener)];
    const [endpoint = '', metadata = ''] = servers.map(({ port }) => `http://127.0.0.1:${port}`);
    const instance = { userData, metadata, endpoint, version };
    const router = new CreatedRouter(join(directory, 'disk'), instance);
    const launched = new NewRouter({ aws, router, instance, document }, servers);
    onTestFinished(async () => {
      await router.end();
      await Promise.all(launched.#servers.map((server) => server.close()));
      // In place of the thread pool, which makes it ten times as slow.
      rmSync(directory, { recursive: true });
    });
    launched.deploy(document);
    return launched;
  }

  /** What its boot parameter has; undefined: there is none. */
  deploy(document: BootDocument | undefined): void {
    if (document === undefined) this.aws.parameters.delete(this.parameter);
    else this.aws.parameters.set(this.parameter, JSON.stringify(document));
  }

  /** Nothing answers at AWS until the returned function is called. */
  async cutNetwork(): Promise<() => Promise<void>> {
    const [server] = this.#servers;
    await server?.close();
    return async () => {
      this.#servers[0] = await serve(this.aws.listener, server?.port);
    };
  }

  async untilBuilt(): Promise<void> {
    await vi.waitFor(
      () => {
        if (!this.router.isBuilt) throw new Error(`it is not built: ${this.router.console}`);
      },
      { timeout: 60_000, interval: 20 },
    );
  }

  async untilConsole(pattern: RegExp): Promise<void> {
    await vi.waitFor(
      () => {
        if (!pattern.test(this.router.console))
          throw new Error(`the console has no ${pattern}: ${this.router.console}`);
      },
      { timeout: 60_000, interval: 20 },
    );
  }
}
