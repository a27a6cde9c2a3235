import { readFileSync } from 'node:fs';
import type { ApiAnswer, SignedRequest } from '#aws/signed-request.ts';
import type { Call } from '#cli/environment.ts';
import { managedSite } from '#failover/site.ts';
import { answerOperator } from '#functions/config-push/answer-operator.ts';
import { answerRequest } from '#functions/config-push/answer-request.ts';
import { VERIFY } from '#functions/config-push/limits/deployed-limits.ts';
import type { PushPorts } from '#functions/config-push/ports.ts';
import type { HttpEvent } from '#functions/http.ts';
import { requestProgress } from '#functions/route-swap/request-progress.ts';
import { namesOf } from '#infra/names.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { renderConfig } from '#vyos/render.ts';
import { FakePushes, FakePushRequests, FakeRouter, pushTools } from '../functions/fake-routers.ts';
import { FakeWorld } from '../functions/fakes.ts';
import { example } from '../vyos/topologies.ts';
import { commandLine, type Ended, examplesFolder, type Surroundings } from './command-line.ts';

/** Who calls the API. */
export const ANN = 'arn:aws:sts::123456789012:assumed-role/on-call/ann';

export const topology = example('tokyo-virginia');
export const FILE = readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8');

/** A site's config-push over fake routers that have what the topology says, and got it from us. */
export class PushedSite {
  readonly world: FakeWorld;
  readonly pushes = new FakePushes();
  readonly requests = new FakePushRequests();
  readonly routers: Readonly<Record<string, FakeRouter>>;
  runs = 0;

  constructor(site: Site, of: Topology = topology) {
    this.world = new FakeWorld(managedSite(of, site, bgpNeighbors(of)));
    const names = [site.routers.active.name, site.routers.standby.name];
    this.routers = Object.fromEntries(names.map((name) => [name, new FakeRouter(asRunning(name, of))]));
    for (const name of names) this.pushes.configs[name] = { lines: rendered(name, of), at: 0, id: 'before' };
  }

  /** A request to its API by an operator; GET asks how far one has come. */
  async http(method: string, path: string, body: string): Promise<ApiAnswer> {
    const [id = ''] = path.split('/').slice(-1);
    if (method === 'GET') {
      const pushRequest = async () => this.requests.kept.get(id);
      const pushJournal = async () => this.pushes.last;
      return { status: 200, body: await requestProgress(id, { pushRequest, pushJournal, now: () => this.world.now }) };
    }
    const { site } = this.world;
    const event = {
      routeKey: `POST ${path.replace(`/sites/${site.name}/`, '/sites/{site}/')}`,
      pathParameters: { site: site.name },
      body,
      isBase64Encoded: false,
      requestContext: { authorizer: { iam: { userArn: ANN } }, http: { sourceIp: '203.0.113.11' } },
    } as unknown as HttpEvent;
    const { account } = this.world.tools();
    const answer = await answerOperator(event, { ...this.#tools(), account, requests: this.requests.store });
    return { status: answer.statusCode ?? 200, body: JSON.parse(answer.body ?? '') as unknown };
  }

  /** @param dies true: the function ends after its first act on a router, or at once if it has none */
  async answer(payload: unknown, { dies = false } = {}): Promise<unknown> {
    const tools = this.#tools();
    return answerRequest(payload, dies ? dyingAfterAct(tools) : tools);
  }

  #tools(): PushPorts {
    this.runs += 1;
    return pushTools(this.world, this.routers, this.pushes, {
      run: `run-${this.runs}`,
      verify: { ...VERIFY, withinMs: 10_000, steadyMs: 0, everyMs: 2_000 },
    });
  }
}

/** What becomes of a request to the API. */
export type Reach = (request: SignedRequest, call: () => Promise<ApiAnswer>) => Promise<ApiAnswer>;

/** All sites of a topology, asked through the command line. */
export class PushedSites {
  readonly sites: ReadonlyMap<string, PushedSite>;
  readonly calls: Call[] = [];
  /** Through the API: `POST config/plan`. */
  readonly paths: string[] = [];
  /** How many were begun: each has a name of its own. */
  pushes = 0;
  /** What a call answers instead, or throws; undefined: what the site's function answers. */
  instead: (call: Call) => unknown = () => undefined;

  constructor(of: Topology = topology) {
    this.sites = new Map(of.sites.map((site) => [namesOf(of, site).configPush, new PushedSite(site, of)]));
  }

  run(line: readonly string[], around: Surroundings): Promise<Ended> {
    const invoke = async (call: Call) => {
      this.calls.push(call);
      const answer = (await this.instead(call)) ?? (await this.sites.get(call.functionName)?.answer(call.payload));
      return JSON.parse(JSON.stringify(answer)) as unknown;
    };
    const now = () => Math.max(...[...this.sites.values()].map(({ world }) => world.now));
    const newId = () => `push-${(this.pushes += 1)}`;
    return commandLine(line, { invoke, now, newId, ...around });
  }

  /** The same through the sites' APIs. @param reach what API Gateway makes of a call; default: it waits for the answer */
  runThroughApi(line: readonly string[], around: Surroundings, reach: Reach = (_, call) => call()): Promise<Ended> {
    const byName = new Map([...this.sites.values()].map((site) => [site.world.site.name, site] as const));
    const callApi = (request: SignedRequest): Promise<ApiAnswer> => {
      const { host, pathname } = new URL(request.url);
      const site = byName.get(host);
      if (site === undefined) throw new Error(`no site ${host}`);
      this.paths.push(`${request.method} ${pathname.split('/').slice(4).join('/')}`);
      return reach(request, () => site.http(request.method, pathname, JSON.stringify(request.body ?? {})));
    };
    const apiUrl = async (_: string, parameter: string) => `https://${parameter.split('/')[3] ?? ''}`;
    return this.run(line, { apiUrl, callApi, ...around });
  }

  router(name: string): FakeRouter {
    const found = [...this.sites.values()].map(({ routers }) => routers[name]).find((each) => each !== undefined);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }

  /** What was asked for, in turn: `tokyo-2 hold`, `virginia-2 confirm`. */
  get asked(): string[] {
    return this.calls.flatMap(({ payload }) => {
      const { action, only, hold, router } = payload as Record<string, string | boolean | undefined>;
      return action === 'plan' ? [] : [`${only ?? router ?? ''} ${hold === true ? 'hold' : action}`];
    });
  }
}

/** Nothing that it still tries has any effect. */
function dyingAfterAct(tools: PushPorts): PushPorts {
  let isDead = false;
  const alive =
    <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
    (...args: Args) =>
      isDead ? Promise.reject(new Error('dead')) : call(...args);
  const { pushes, store } = tools;
  return {
    ...tools,
    applyConfig: alive(async (...command) => {
      await tools.applyConfig(...command);
      isDead = true;
      throw new Error('dead');
    }),
    showConfig: alive((router) => tools.showConfig(router)),
    readNeighbors: alive((router) => tools.readNeighbors(router)),
    announce: alive((...told) => tools.announce(...told)),
    pushes: allOf(pushes, alive),
    store: allOf(store, alive),
  };
}

function allOf<T extends object>(
  calls: T,
  wrapped: (call: (...args: unknown[]) => Promise<unknown>) => (...args: unknown[]) => Promise<unknown>,
): T {
  return new Proxy(calls, {
    get: (target, name) => {
      const call = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return wrapped((...args) => call.apply(target, args));
    },
  });
}

/** As a router shows them. */
export function withoutSecrets(lines: readonly string[]): string[] {
  return lines.map((line) => line.replace(/'\{\{ssm:.*\}\}'/, "'(not shown)'"));
}

const RENDERED = new WeakMap<Topology, Map<string, readonly string[]>>();

/** What a router should have. Written once for all tests: it is half of their time. */
export function rendered(router: string, of: Topology): readonly string[] {
  const known = RENDERED.get(of) ?? new Map<string, readonly string[]>();
  RENDERED.set(of, known);
  const lines = known.get(router) ?? renderConfig(of, router).lines;
  known.set(router, lines);
  return lines;
}

/** What a router has that got this topology. */
export function asRunning(router: string, of: Topology): string[] {
  return withoutSecrets(rendered(router, of));
}
