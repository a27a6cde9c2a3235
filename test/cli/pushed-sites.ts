import { readFileSync } from 'node:fs';
import type { Call } from '#cli/environment.ts';
import { managedSite } from '#failover/site.ts';
import { answerRequest } from '#functions/config-push/answer-request.ts';
import { VERIFY } from '#functions/config-push/limits/deployed-limits.ts';
import type { PushPorts } from '#functions/config-push/ports.ts';
import { namesOf } from '#infra/names.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { renderConfig } from '#vyos/render.ts';
import { FakePushes, FakeRouter, pushTools } from '../functions/fake-routers.ts';
import { FakeWorld } from '../functions/fakes.ts';
import { example } from '../vyos/topologies.ts';
import { commandLine, type Ended, examplesFolder, type Surroundings } from './command-line.ts';

export const topology = example('tokyo-virginia');
export const FILE = readFileSync(`${examplesFolder}/tokyo-virginia.yaml`, 'utf8');

/** A site's config-push over fake routers that have what the topology says, and got it from us. */
export class PushedSite {
  readonly world: FakeWorld;
  readonly pushes = new FakePushes();
  readonly routers: Readonly<Record<string, FakeRouter>>;
  runs = 0;

  constructor(site: Site, of: Topology = topology) {
    this.world = new FakeWorld(managedSite(of, site, bgpNeighbors(of)));
    const names = [site.routers.active.name, site.routers.standby.name];
    this.routers = Object.fromEntries(names.map((name) => [name, new FakeRouter(asRunning(name, of))]));
    for (const name of names) this.pushes.configs[name] = { lines: rendered(name, of), at: 0, id: 'before' };
  }

  /** @param dies true: the function ends after its first act on a router, or at once if it has none */
  async answer(payload: unknown, { dies = false } = {}): Promise<unknown> {
    this.runs += 1;
    const tools = pushTools(this.world, this.routers, this.pushes, {
      run: `run-${this.runs}`,
      verify: { ...VERIFY, withinMs: 10_000, steadyMs: 0, everyMs: 2_000 },
    });
    return answerRequest(payload, dies ? dyingAfterAct(tools) : tools);
  }
}

/** All sites of a topology, asked through the command line. */
export class PushedSites {
  readonly sites: ReadonlyMap<string, PushedSite>;
  readonly calls: Call[] = [];
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
