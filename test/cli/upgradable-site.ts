import { readFileSync } from 'node:fs';
import { filledTopology } from '#cli/created/fill-addresses.ts';
import type { Call } from '#cli/environment.ts';
import type { RouterPushPlan } from '#contracts/push-plan.ts';
import { managedSite } from '#failover/site.ts';
import { answerSiteRequest } from '#functions/route-swap/answer-site-request.ts';
import { readDirectRequest } from '#functions/route-swap/direct-request.ts';
import { planOnly } from '#functions/route-swap/plan-only.ts';
import { swapRoutes } from '#functions/route-swap/swap-routes.ts';
import { loadTopology } from '#topology/load.ts';
import type { Site } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { DOWN, UP } from '../failover/situation.ts';
import { FakeWorld } from '../functions/fakes.ts';
import { commandLine, type Ended, examplesFolder, type Surroundings } from './command-line.ts';
import { FakeCloud, type FakeStack } from './fake-cloud.ts';

type Name = 'tokyo-1' | 'tokyo-2';

const ENIS = { 'tokyo-1': 'eni-01', 'tokyo-2': 'eni-02' } as const;
const STACK = 'vyos-failover-created--tokyo';
/** How long a launched instance takes until BGP is up, ms. */
const BOOT_MS = 150_000;
const PROBE_EVERY_MS = 60_000;

/** A command line that replaces both instances. */
export const UPGRADE = ['upgrade', 'tokyo', '--image', 'ami-2', '--yes'];
/** Its `story`. */
export const WHOLE_STORY = [
  'tokyo-2 removed, owner tokyo-1',
  'tokyo-2 launched from ami-2',
  'switchover to tokyo-2',
  'tokyo-1 removed, owner tokyo-2',
  'tokyo-1 launched from ami-2',
];

/**
 * Site tokyo of the example that creates everything, deployed and healthy: the real route-swap with AWS in memory, and routers that
 * boot when their stack launches them. Sleeping is what lets time pass.
 */
export class UpgradableSite {
  readonly cloud = new FakeCloud();
  readonly world: FakeWorld;
  /** What config-push plans for a router: nothing to do, unless stated here. */
  readonly plans: Partial<Record<Name, Partial<RouterPushPlan>>> = {};
  /** Runs before each sleep. */
  beforeSleep: () => void = () => undefined;
  /** Runs after each answer of route-swap. */
  afterRequest: (payload: unknown) => void = () => undefined;
  /** Why a launch of this image fails. */
  readonly unlaunchable = new Map<string, string>();
  /** CloudFormation cannot delete an instance, and forgets it. */
  keepsInstances = false;
  /** The deployed topology is not that of the command line. */
  rejectsPlans = false;
  /** What happened to instances and routes, in order. */
  readonly story: string[] = [];
  readonly #up = new Map<Name, number>([
    ['tokyo-1', 0],
    ['tokyo-2', 0],
  ]);
  /** Image and type of the newest launch template. */
  readonly #templates = new Map<Name, string>();
  #probedAt = 0;
  #launched = 0;

  constructor() {
    this.#addAddresses('tokyo', 'Tokyo', 1);
    this.#addAddresses('virginia', 'Virginia', 3);
    this.world = new FakeWorld(deployedSite());
    for (const name of ['tokyo-1', 'tokyo-2'] as const) {
      const parameters = { Present: 'true', ImageId: 'ami-1', InstanceType: 'c5n.large', LaunchTemplateVersion: '1' };
      this.cloud.add(stackOf(name), {
        parameters,
        outputs: { LatestLaunchTemplateVersion: '1' },
        defaults: { ...parameters },
      });
      this.#attach(name, 0);
      this.#templates.set(name, launchOf(this.stack(name)));
    }
    this.cloud.images.add('ami-1');
    this.cloud.images.add('ami-2');
    this.cloud.types.add('c6in.large');
    this.cloud.onUpdate = (stack, values) => (ended) => this.#updated(nameOf(stack), values, ended);
    this.#probe();
  }

  run(line: readonly string[], around: Surroundings = {}): Promise<Ended> {
    return commandLine(line, {
      env: { VYOS_FAILOVER_TOPOLOGY: 'created.yaml' },
      cloud: this.cloud,
      invoke: (call) => this.#invoke(call),
      now: () => this.world.now,
      sleep: (ms) => {
        this.beforeSleep();
        this.passTime(ms);
        return Promise.resolve();
      },
      ...around,
    });
  }

  /** With --json. */
  async asJson(line: readonly string[], around: Surroundings = {}) {
    const { exitCode, stdout, stderr } = await this.run([...line, '--json'], around);
    return { exitCode, stderr, view: JSON.parse(stdout) as Record<string, unknown> };
  }

  /** The router that the routes point at. */
  get owner(): string {
    const [eni] = new Set(this.world.targets.values());
    return Object.entries(ENIS).find(([, each]) => each === eni)?.[0] ?? 'none';
  }

  /** The stack of a router. */
  stack(name: Name): FakeStack {
    const stack = this.cloud.stacks.get(stackOf(name));
    if (stack === undefined) throw new Error(`${name} has no stack`);
    return stack;
  }

  passTime(ms: number): void {
    this.world.now += ms;
    if (this.world.now - this.#probedAt >= PROBE_EVERY_MS) this.#probe();
  }

  /** Moves all routes, as a failover does. */
  failOverTo(name: Name): void {
    for (const route of this.world.targets.keys()) this.world.targets.set(route, ENIS[name]);
  }

  /** Its BGP sessions are down from now on. */
  breakBgp(name: Name): void {
    this.#up.delete(name);
    this.#probe();
  }

  /** Its instance is terminated. */
  terminate(name: Name): void {
    this.cloud.attached.delete(ENIS[name]);
    this.world.ec2[name] = {
      instance: 'unknown',
      interface: 'detached',
      sourceDestCheck: false,
      statusChecks: 'unknown',
    };
    this.#up.delete(name);
  }

  #addAddresses(site: string, prefix: string, first: number): void {
    this.cloud.add(`vyos-failover-created--${site}--addresses`, {
      outputs: {
        VpcId: `vpc-0${first}`,
        FrontRouteTableId: `rtb-0${first}`,
        [`${prefix}1InterfaceId`]: `eni-0${first}`,
        [`${prefix}1PublicAddress`]: `203.0.113.${first}`,
        [`${prefix}2InterfaceId`]: `eni-0${first + 1}`,
        [`${prefix}2PublicAddress`]: `203.0.113.${first + 1}`,
      },
    });
  }

  #attach(name: Name, since: number): void {
    this.#launched += 1;
    const instance = `i-0${this.#launched}`;
    this.cloud.attached.set(ENIS[name], { instance, since });
    this.world.ec2[name] = {
      instance: 'running',
      interface: 'attached',
      attachedTo: instance,
      sourceDestCheck: false,
      statusChecks: 'ok',
    };
  }

  #updated(name: Name, values: Readonly<Record<string, string>>, stack: FakeStack): void {
    const attached = this.cloud.attached.get(ENIS[name]);
    const version = Number(stack.outputs['LatestLaunchTemplateVersion']);
    if (this.#templates.get(name) !== launchOf(stack)) stack.outputs['LatestLaunchTemplateVersion'] = `${version + 1}`;
    this.#templates.set(name, launchOf(stack));
    if (values['Present'] === 'false' && attached !== undefined && !this.keepsInstances) {
      if (!this.cloud.unprotected.has(attached.instance)) throw new Error(`${attached.instance} is protected`);
      this.story.push(`${name} removed, owner ${this.owner}`);
      this.terminate(name);
    }
    if (values['Present'] !== 'true') return;
    const why = this.unlaunchable.get(stack.parameters['ImageId'] ?? '');
    if (why !== undefined) {
      stack.status = 'UPDATE_ROLLBACK_COMPLETE';
      stack.parameters['Present'] = 'false';
      stack.operation = { failed: [{ resource: 'Instance', type: 'AWS::EC2::Instance', reason: why }], kept: [] };
      return;
    }
    this.story.push(`${name} launched from ${stack.parameters['ImageId']}`);
    this.#attach(name, this.world.now);
    this.#up.set(name, this.world.now + BOOT_MS);
  }

  #probe(): void {
    const { now } = this.world;
    this.#probedAt = now;
    const names = (['tokyo-1', 'tokyo-2'] as const).filter((name) => this.cloud.attached.has(ENIS[name]));
    const found = names.map((name) => [name, (this.#up.get(name) ?? Infinity) <= now ? UP : DOWN] as const);
    const round = this.world.round(now, Object.fromEntries(found));
    this.world.stored = { ...this.world.stored, probes: [...this.world.stored.probes, round].slice(-5) };
  }

  async #invoke({ functionName, payload }: Call): Promise<unknown> {
    if (functionName === `${STACK}--config-push`) return this.#plan();
    const answer = await this.#answer(payload);
    this.afterRequest(payload);
    return answer;
  }

  async #answer(payload: unknown): Promise<unknown> {
    const request = readDirectRequest(payload, this.world.site);
    const ports = this.world.tools();
    if ('act' in request) return overTheWire(await answerSiteRequest(request.act, ports));
    const before = this.owner;
    const answer = await (request.dryRun ? planOnly : swapRoutes)(request.trigger, ports);
    if (this.owner !== before) this.story.push(`switchover to ${this.owner}`);
    return overTheWire(answer);
  }

  #plan(): unknown {
    if (this.rejectsPlans) return { outcome: 'wrong-topology', says: 'deploy the topology first' };
    const routers = (['tokyo-2', 'tokyo-1'] as const).map((name) => ({
      name,
      commands: [],
      tunnels: [],
      drift: { added: [], removed: [] },
      notes: [],
      digest: this.cloud.attached.has(ENIS[name]) ? 'digest' : '',
      boots: 'same',
      ...this.plans[name],
    }));
    return { outcome: 'planned', site: 'tokyo', owner: this.owner, routers };
  }
}

function launchOf({ parameters }: FakeStack): string {
  return `${parameters['ImageId']} ${parameters['InstanceType']}`;
}

function stackOf(name: Name): string {
  return `${STACK}--router--${name}`;
}

function nameOf(stack: string): Name {
  return stack.endsWith('tokyo-1') ? 'tokyo-1' : 'tokyo-2';
}

function deployedSite() {
  const { topology } = loadTopology(readFileSync(`${examplesFolder}/created.yaml`, 'utf8'), 'created.yaml');
  if (topology === undefined) throw new Error('the example has mistakes');
  const ids = new Map([
    ['vpc:tokyo', 'vpc-01'],
    ['routeTable:tokyo', 'rtb-01'],
    ['eni:tokyo-1', 'eni-01'],
    ['eni:tokyo-2', 'eni-02'],
  ]);
  const filled = filledTopology(topology, ids);
  return managedSite(filled, filled.sites[0] as Site, bgpNeighbors(filled));
}

function overTheWire(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer)) as unknown;
}
