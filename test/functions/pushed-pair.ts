import { readFileSync } from 'node:fs';
import type { PushPlan } from '#contracts/push-plan.ts';
import type { Asked, PushOverride, PushRequest } from '#contracts/push-request.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { managedSite } from '#failover/site.ts';
import { answerRequest } from '#functions/config-push/answer-request.ts';
import { toPushPlan } from '#functions/config-push/plan/plan-answer.ts';
import type { PushPorts } from '#functions/config-push/ports.ts';
import { pushSite } from '#functions/config-push/push/push-site.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { renderConfig } from '#vyos/render.ts';
import { example } from '../vyos/topologies.ts';
import { FakePushes, FakeRouter, planFile, pushTools } from './fake-routers.ts';
import { FakeWorld } from './fakes.ts';

export const topology = example('tokyo-virginia');
export const FILE = readFileSync('examples/tokyo-virginia.yaml', 'utf8');
/** Changes both routers, and no tunnel. */
export const WIDER = FILE.replace('frontSubnets: [10.1.0.0/20]', 'frontSubnets: [10.1.0.0/20, 10.1.16.0/20]');
/** Changes the standby's tunnel at both of its ends. */
export const RENUMBERED = FILE.replace('169.254.10.4/30', '169.254.20.0/30');

/** Addresses of the standby's neighbors: at the far end of its tunnel, and the other router of the pair. */
export const FAR = '169.254.10.6';
export const PAIR = '169.254.254.1';

/**
 * Tokyo's config-push over two routers that have what was pushed to them last, or `new`: to which nothing was pushed yet; tokyo-1
 * carries the traffic.
 */
export class PushedPair {
  readonly world: FakeWorld;
  readonly active = new FakeRouter(asRunning('tokyo-1'));
  readonly standby = new FakeRouter(asRunning('tokyo-2'));
  readonly pushes = new FakePushes();
  runs = 0;

  constructor(are: 'pushed' | 'new' = 'pushed') {
    const tokyo = topology.sites.find(({ name }) => name === 'tokyo');
    if (tokyo === undefined) throw new Error('the example has lost Tokyo');
    this.world = new FakeWorld(managedSite(topology, tokyo, bgpNeighbors(topology)));
    for (const name of are === 'pushed' ? ['tokyo-1', 'tokyo-2'] : []) {
      this.pushes.configs[name] = { lines: renderConfig(topology, name).lines, at: 0, id: 'push-0' };
    }
  }

  /** Of another run of the function each time. */
  tools(change: Partial<PushPorts> = {}): PushPorts {
    this.runs += 1;
    const routers = { 'tokyo-1': this.active, 'tokyo-2': this.standby };
    return pushTools(this.world, routers, this.pushes, { run: `run-${this.runs}`, ...change });
  }

  async plan(text = WIDER, overrides: readonly PushOverride[] = []): Promise<PushPlan> {
    const found = await planFile(text, overrides, this.tools());
    if ('outcome' in found) throw new Error(found.says);
    return toPushPlan(found);
  }

  /** A step of a push whose plan is approved. */
  async push(
    more: Partial<PushRequest> & Pick<Asked<PushRequest>, 'requestedBy'> = {},
    change: Partial<PushPorts> = {},
    agreed?: PushPlan,
  ): Promise<PushResult> {
    const { topology: text = WIDER } = more;
    const { routers, owner } = agreed ?? (await this.plan(text, more.overrides));
    const result = await pushSite(
      {
        action: 'push',
        id: 'push-1',
        by: 'ann',
        topology: text,
        overrides: [],
        digests: Object.fromEntries(routers.map(({ name, digest }) => [name, digest])),
        baselines: Object.fromEntries(routers.map(({ name, baseline }) => [name, baseline])),
        owner,
        hold: false,
        ...more,
      },
      this.tools(change),
    );
    if (result.outcome === 'wrong-topology') throw new Error(result.says);
    return result;
  }

  /** What is said to `confirm`, `undo`, `held` and `settle`. */
  async ask(
    action: 'confirm' | 'undo' | 'held' | 'settle',
    { id = 'push-1', router = 'tokyo-2', ...change }: Partial<PushPorts> & { id?: string; router?: string } = {},
  ): Promise<PushResult> {
    const request = action === 'settle' ? { action } : { action, id, router };
    return (await answerRequest(request, this.tools(change))) as PushResult;
  }

  /** The function is ended by Lambda: nothing that it would do comes after the next wait. */
  readonly dies: Partial<PushPorts> = { sleep: () => Promise.reject(new Error('the function was ended')) };

  /** Time goes on, and does something each time. */
  whileWaiting(act: () => unknown): Partial<PushPorts> {
    return {
      sleep: async (ms) => {
        this.world.now += ms;
        await act();
      },
    };
  }

  /** The store has this. */
  store(change: Partial<FakeWorld['stored']>): void {
    this.world.stored = { ...this.world.stored, ...change };
  }

  get history(): string[] {
    return this.world.history.map(({ reason }) => reason);
  }

  get alarms(): number {
    return this.world.metrics.filter(({ name }) => name === 'ConfigPushFailed').length;
  }
}

/** Has this router what `WIDER` or `RENUMBERED` changes? */
export function isNew({ running }: FakeRouter): boolean {
  return /10\.1\.16\.0\/20|169\.254\.20\./.test(running.join('\n'));
}

/** The names of secrets stand for their values, which the fake routers do not know. */
export function asRunning(router: string): string[] {
  return renderConfig(topology, router).lines.map((line) => line.replace(/'\{\{ssm:.*\}\}'/, "'(not shown)'"));
}
