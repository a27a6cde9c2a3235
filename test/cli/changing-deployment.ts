import { mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretValue } from '#aws/secret-value.ts';
import type { Call, Deployment } from '#cli/environment.ts';
import { managedSite } from '#failover/site.ts';
import type { StoredState } from '#failover/stored-state.ts';
import { answerRequest } from '#functions/config-push/answer-request.ts';
import { VERIFY } from '#functions/config-push/limits/deployed-limits.ts';
import { answerSiteRequest } from '#functions/route-swap/answer-site-request.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import { planOnly } from '#functions/route-swap/plan-only.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { deployedMetadata } from '#infra/deployed-metadata.ts';
import { namesOf } from '#infra/names.ts';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';
import type { Router, Site, Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { API_URL_VALUE } from '#vyos/boot-values.ts';
import { neededSecrets } from '#vyos/needed-secrets.ts';
import { renderReportConf } from '#vyos/report-conf.ts';
import { UP } from '../failover/situation.ts';
import { FakePushes, FakeRouter, pushTools } from '../functions/fake-routers.ts';
import { FakeWorld } from '../functions/fakes.ts';
import { commandLine, type Ended, type Surroundings } from './command-line.ts';
import { FakeCloud } from './fake-cloud.ts';
import { asRunning, rendered } from './pushed-sites.ts';

const PROBE_EVERY_MS = 60_000;
const API = API_URL_VALUE;

/**
 * A topology with existing routers that is deployed, healthy, and edited: the real route-swap and config-push of each site over AWS and
 * routers in memory. Sleeping is what lets time pass; `cdk deploy` replaces the functions of a site by those of the file.
 */
export class ChangingDeployment {
  readonly cloud = new FakeCloud();
  readonly folder = mkdtempSync(join(tmpdir(), 'vyos-failover-changes-'));
  /** What happened, in order. */
  readonly story: string[] = [];
  /** Runs before a deployment, and may throw. */
  beforeDeploy: (deployment: Deployment) => void = () => undefined;
  /** Names of keys that SSM has. */
  readonly keys = new Set<string>();
  now = Date.UTC(2026, 10, 23, 3);
  /** By stack. */
  readonly sites = new Map<string, DeployedSite>();
  /** By interface: they are there whatever is deployed. */
  readonly routers = new Map<string, FakeRouter>();
  /** Where each route points. */
  readonly targets = new Map<string, string>();
  readonly installed: string[] = [];
  /** False: no configuration and no program of a router can be read. */
  isConfigPushWell = true;

  /** Deploys a topology, pushes it, and waits until it is fit. */
  constructor(text: string) {
    const topology = loaded(text);
    for (const site of topology.sites)
      for (const router of pairOf(site)) this.routers.set(router.eni, new FakeRouter(asRunning(router.name, topology)));
    for (const { name } of neededSecrets(topology)) this.keys.add(name);
    this.cloud.existingParameters = (_region, names) =>
      Promise.resolve(new Set(names.filter((name) => this.keys.has(name))));
    for (const site of topology.sites) this.#deploySite(topology, site, true);
    this.passTime(0);
    this.story.length = 0;
  }

  /** The file, now. */
  write(text: string): void {
    const file = join(this.folder, 'topology.yaml');
    writeFileSync(file, text);
    utimesSync(file, this.now / 1000, this.now / 1000);
  }

  #secrets(): NonNullable<Surroundings['secrets']> {
    const stored = { encrypted: true, value: new SecretValue('the-same-key-in-all-regions') };
    return {
      readSecrets: (_region, names) =>
        Promise.resolve(new Map(names.filter((name) => this.keys.has(name)).map((name) => [name, stored] as const))),
      createSecret: (_region, name) => {
        this.keys.add(name);
        return Promise.resolve(true);
      },
    };
  }

  run(line: readonly string[], around: Surroundings = {}): Promise<Ended> {
    return commandLine(line, {
      cwd: this.folder,
      cloud: this.cloud,
      secrets: this.#secrets(),
      invoke: (call) => this.#invoke(call),
      now: () => this.now,
      sleep: (ms) => {
        this.passTime(ms);
        return Promise.resolve();
      },
      deployStacks: (deployment) => this.#deploy(deployment),
      ...around,
    });
  }

  site(name: string): DeployedSite {
    const found = [...this.sites.values()].find(({ world }) => world.site.name === name);
    if (found === undefined) throw new Error(`${name} is not deployed`);
    return found;
  }

  /** A new router at an interface has booted with the configuration of the file. */
  launch(eni: string, name: string): void {
    const topology = loaded(readFileSync(join(this.folder, 'topology.yaml'), 'utf8'));
    const router = new FakeRouter([]);
    router.applyAtFirstBoot(rendered(name, topology));
    this.routers.set(eni, router);
  }

  /** Somebody else deploys one site of another file. */
  deployBeside(text: string, name: string): void {
    const topology = loaded(text);
    for (const site of topology.sites) if (site.name === name) this.#deploySite(topology, site, false);
  }

  passTime(ms: number): void {
    this.now += ms;
    for (const { world } of this.sites.values()) {
      world.now = this.now;
      this.#probe(world);
    }
  }

  owner(site: string): string {
    const { world } = this.site(site);
    const [eni] = new Set(world.targets.values());
    return pairIn(world).find((router) => router.eni === eni)?.name ?? 'split';
  }

  async #deploy(deployment: Deployment): Promise<number | null> {
    this.beforeDeploy(deployment);
    const topology = loaded(readFileSync(deployment.file, 'utf8'));
    for (const site of topology.sites) {
      const { stack } = namesOf(topology, site);
      if (deployment.stacks?.includes(stack) === true) this.#deploySite(topology, site, false);
    }
    return Promise.resolve(0);
  }

  #deploySite(topology: Topology, site: Site, isPushed: boolean): void {
    const { stack } = namesOf(topology, site);
    const before = this.sites.get(stack);
    this.story.push(`deploy ${site.name}`);
    this.deployed.set(site.name, topology);
    if (isPushed)
      for (const { eni, name } of pairOf(site))
        this.programs.set(eni, renderReportConf(topology, name, { apiUrl: API }));
    this.cloud.stacks.delete(stack);
    this.cloud.add(stack, {
      metadata: deployedMetadata(topology, site),
      changedAt: this.now,
      region: site.region,
      tags: { 'vyos-failover': topology.name, 'vyos-failover-site': site.name },
    });
    this.cloud.onDelete = (name) => () => {
      this.story.push(`destroy ${this.sites.get(name)?.world.site.name}`);
      this.sites.delete(name);
    };
    const world = new FakeWorld(managedSite(topology, site, bgpNeighbors(topology)));
    world.now = this.now;
    for (const [route, eni] of this.targets) if (world.targets.has(route)) world.targets.set(route, eni);
    for (const route of world.targets.keys()) this.targets.set(route, world.targets.get(route) ?? '');
    if (before !== undefined) world.stored = keptOf(before.world.stored);
    const pushes = new FakePushes();
    for (const router of pairOf(site)) {
      if (!this.routers.has(router.eni)) this.routers.set(router.eni, new FakeRouter([]));
      if (isPushed) pushes.configs[router.eni] = { lines: rendered(router.name, topology), at: 0, id: 'before' };
      else Object.assign(pushes.configs, before?.pushes.configs ?? {});
    }
    this.sites.set(stack, { world, pushes });
  }

  #probe(world: FakeWorld): void {
    const last = world.stored.probes.at(-1)?.at ?? 0;
    if (this.now - last < PROBE_EVERY_MS) return;
    const found = Object.fromEntries(
      pairIn(world).map(({ name, eni }) => [name, this.unfit.has(eni) ? undefined : UP]),
    );
    const round = world.round(this.now, found);
    world.stored = { ...world.stored, probes: [...world.stored.probes, round].slice(-5) };
  }

  /** Interfaces of routers that the probe does not reach. */
  readonly unfit = new Set<string>();

  async #invoke({ functionName, payload }: Call): Promise<unknown> {
    for (const [stack, site] of this.sites) {
      if (functionName === `${stack}--config-push` && this.isConfigPushWell)
        return overTheWire(await this.#configPush(site, payload));
      if (functionName === `${stack}--route-swap`) return overTheWire(await this.#routeSwap(site, payload));
    }
    throw Object.assign(new Error(`Function not found: ${functionName}`), { name: 'ResourceNotFoundException' });
  }

  async #routeSwap({ world }: DeployedSite, payload: unknown): Promise<unknown> {
    const request = readDirectRequest(payload, world.site);
    const ports = world.tools();
    if ('act' in request) return answerSiteRequest(request.act, ports);
    const answer = await (request.dryRun ? planOnly : swapRoutes)(request.trigger, ports);
    for (const [route, eni] of world.targets) {
      if (this.targets.get(route) !== eni && !this.story.includes(`switchover to ${routerAt(world, eni)}`))
        this.story.push(`switchover to ${routerAt(world, eni)}`);
      this.targets.set(route, eni);
    }
    return answer;
  }

  async #configPush({ world, pushes }: DeployedSite, payload: unknown): Promise<unknown> {
    const routers = Object.fromEntries(
      pairIn(world).map(({ name, eni }) => [name, this.routers.get(eni) ?? new FakeRouter([])]),
    );
    const { action, only } = payload as { readonly action: string; readonly only?: string };
    if (action === 'install') return this.#install(world, payload as { readonly dryRun?: boolean });
    const answer = await answerRequest(
      payload,
      pushTools(world, routers, pushes, {
        run: `run-${this.#runs++}`,
        verify: { ...VERIFY, withinMs: 10_000, steadyMs: 0, everyMs: 2_000 },
      }),
    );
    if (action === 'push' && only !== undefined) this.story.push(`push ${only}`);
    return answer;
  }
  #runs = 0;

  /** As config-push answers `install`: what is deployed is what the topology of the deployment gives a router to read. */
  #install({ site }: FakeWorld, { dryRun }: { readonly dryRun?: boolean }): unknown {
    const topology = this.deployed.get(site.name);
    const wanted = (router: string) =>
      topology === undefined ? '' : renderReportConf(topology, router, { apiUrl: API });
    const pair = [site.routers.standby, site.routers.active];
    const due = pair.filter(({ eni, name }) => this.programs.get(eni) !== wanted(name));
    const [next] = due;
    if (next !== undefined && dryRun !== true) {
      this.programs.set(next.eni, wanted(next.name));
      this.story.push(`install ${next.name}`);
    }
    const left = dryRun === true ? due : due.slice(1);
    return {
      outcome: dryRun === true ? 'planned' : next === undefined ? 'unchanged' : 'installed',
      reason: 'different',
      says: 'installed',
      site: site.name,
      ...(next !== undefined && { router: next.name }),
      remaining: left.map(({ name }) => name),
      routers: pair.map((router) => ({
        name: router.name,
        ...(!this.silent.has(router.name) && { installed: { version: '0', sha256: '0', agent: null } }),
        deployed: { version: '0', sha256: '1', agent: null },
        differs: left.includes(router),
        attention: [],
      })),
    };
  }
  /** Routers that do not say which programs they have. */
  readonly silent = new Set<string>();
  /** What each interface's router has installed. */
  readonly programs = new Map<string, string>();
  /** The topology that a site is deployed from, by site. */
  readonly deployed = new Map<string, Topology>();
}

export interface DeployedSite {
  readonly world: FakeWorld;
  readonly pushes: FakePushes;
}

/** The table of a site outlives its functions: probe rounds, pause, maintenance. */
function keptOf(stored: StoredState): StoredState {
  return stored;
}

function pairOf({ routers }: Site): readonly Router[] {
  return [routers.active, routers.standby];
}

function pairIn({ site: { routers } }: FakeWorld) {
  return [routers.active, routers.standby];
}

function routerAt(world: FakeWorld, eni: string): string {
  return pairIn(world).find((router) => router.eni === eni)?.name ?? eni;
}

/** Most tests begin with the same text: loading it, and rendering its configurations, is a good part of their time. */
const LOADED = new Map<string, Topology>();

function loaded(text: string): Topology {
  const known = LOADED.get(text);
  if (known !== undefined) return known;
  const { topology, mistakes } = loadTopology(text, 'topology.yaml');
  if (topology === undefined) throw new Error(renderMistakes(mistakes));
  LOADED.set(text, topology);
  return topology;
}

function overTheWire(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer)) as unknown;
}
