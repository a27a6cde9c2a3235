import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { instanceOf } from '#demo/account-of-topology.ts';
import type { Emulator, InvocationResult } from '#emulator/emulator.ts';
import { namesOf } from '#infra/names.ts';
import { type Cloud, startCloud } from '#lab/cloud.ts';
import { cloudStateOf } from '#lab/cloud-state.ts';
import { down } from '#lab/down.ts';
import { breakIt, type Cut, type Fault, heal, mend } from '#lab/faults.ts';
import { type PingResult, startPing, wayBetween } from '#lab/ping.ts';
import type { LabPlan, SitePlan } from '#lab/plan.ts';
import { whyNotEncrypted } from '#lab/requirements.ts';
import { run, waitUntil } from '#lab/run.ts';
import { type CloudState, topologyOf, writeCloudState } from '#lab/state.ts';
import { ownersOf } from '#lab/status.ts';
import { raise } from '#lab/up.ts';
import { validate } from '#lab/validate.ts';

const NAME = 'test';
const EXAMPLE = 'examples/tokyo-virginia.yaml';
/** How long anything may take on a machine that has other work. */
const PATIENCE_MS = 45_000;

/** The example in a lab, with its AWS in this process, and encrypted tunnels where strongSwan is installed. Swaps are hardly held down or counted: tests make many. */
export class LabUnderTest {
  readonly plan: LabPlan;
  readonly tokyo: SitePlan;
  readonly emulator: Emulator;
  readonly #cloud: Cloud;
  readonly #state: CloudState;

  private constructor(plan: LabPlan, state: CloudState, cloud: Cloud) {
    const [tokyo] = plan.sites;
    if (tokyo === undefined) throw new Error('the example has no site');
    this.plan = plan;
    this.tokyo = tokyo;
    this.emulator = cloud.emulator;
    this.#cloud = cloud;
    this.#state = state;
  }

  static async start(): Promise<LabUnderTest> {
    const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-lab-'));
    const file = join(directory, 'topology.yaml');
    const text = readFileSync(EXAMPLE, 'utf8');
    writeFileSync(file, text.replaceAll('holdDown: 5m, maxSwapsPerHour: 3', 'holdDown: 0s, maxSwapsPerHour: 60'));
    const started: Cloud[] = [];
    try {
      const { plan, cloud: state } = await raise(
        { name: NAME, encrypted: whyNotEncrypted() === undefined },
        file,
        async (drawn) => {
          const cloud = await startCloud(drawn, topologyOf(drawn.directory), (error) =>
            process.emitWarning(String(error)),
          );
          started.push(cloud);
          const reachable = cloudStateOf(cloud, drawn);
          writeCloudState(drawn.directory, reachable);
          return reachable;
        },
        () => {},
      );
      const [cloud] = started;
      if (cloud === undefined) throw new Error('no cloud was started');
      return new LabUnderTest(plan, state, cloud);
    } catch (error) {
      for (const cloud of started) await cloud.close();
      await down(NAME);
      throw error;
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  /** @throws Error if anything of it is left */
  async stop(): Promise<void> {
    await this.#cloud.close();
    await down(NAME);
    const namespaces = await run('ip', ['netns', 'list']);
    if (namespaces.includes(this.plan.prefix)) throw new Error(`namespaces are left:\n${namespaces}`);
  }

  break(where: string, fault: Fault): Promise<void> {
    return breakIt(this.plan, this.#state, where, fault);
  }

  mend(where: string, cut: Cut): Promise<void> {
    return mend(this.plan, where, cut);
  }

  heal(): Promise<void> {
    return heal(this.plan, this.#state);
  }

  /** A round of the health probe; in reality one comes every minute. */
  probe(): Promise<void> {
    return this.emulator.tickSchedules();
  }

  /** Routers that the packets of Tokyo's hosts are forwarded to, as the kernel has it. */
  owners(): Promise<string[]> {
    return ownersOf(this.tokyo);
  }

  async ownerIs(name: string): Promise<boolean> {
    return waitUntil(async () => String(await this.owners()) === name, { withinMs: PATIENCE_MS });
  }

  /** Do pings from Tokyo to Virginia, and so their replies, get through, within patience? */
  async trafficFlows(): Promise<boolean> {
    return waitUntil(async () => (await this.pingFor(500)).received > 5, { withinMs: PATIENCE_MS });
  }

  async pingFor(ms: number): Promise<PingResult> {
    return this.pingDuring(() => sleep(ms));
  }

  /** Pings every 20 ms while something happens. */
  async pingDuring(happens: () => Promise<unknown>): Promise<PingResult> {
    const ping = startPing(wayBetween(this.plan, undefined, undefined), { everyMs: 20, forMs: 110_000 });
    await happens();
    return ping.stop();
  }

  /** What Tokyo's managed routes point at in EC2. */
  targets(): (string | undefined)[] {
    const { routeTables } = this.emulator.ec2.state(this.tokyo.site.region);
    return this.tokyo.site.routeTables.flatMap(({ id, destinations }) => {
      const routes = routeTables.get(id)?.routes ?? [];
      return destinations.map((destination) => routes.find((route) => route.destination === destination)?.target);
    });
  }

  /** EC2 stops Tokyo's instances, and says so. */
  stopInstances(): void {
    for (const { router } of this.tokyo.routers)
      this.emulator.ec2.lifecycle.stop(this.tokyo.site.region, instanceOf(router));
  }

  /** Waits until people in Tokyo are told something that they had not been told before. */
  async isTold(before: number): Promise<string> {
    let message = '';
    await waitUntil(
      () => {
        const news = this.emulator.notifications.slice(before);
        message = news.find(({ region }) => region === this.tokyo.site.region)?.message ?? '';
        return message !== '';
      },
      { withinMs: PATIENCE_MS },
    );
    return message;
  }

  /** By the operator's hand. */
  move(action: 'switchover' | 'failback', to?: string): Promise<InvocationResult> {
    const request = {
      action,
      id: crypto.randomUUID(),
      by: 'test',
      reason: 'a test',
      ...(to === undefined ? {} : { to }),
    };
    return this.emulator.invoke(namesOf(this.plan.topology, this.tokyo.site).routeSwap, request);
  }

  /**
   * Everything healthy, Tokyo's routes at its active router, and the probe has seen it.
   *
   * @throws Error with what is not well in spite of patience
   */
  async makeWhole(): Promise<void> {
    await this.heal();
    let faults: string[] = [];
    const healthy = async () => (faults = await validate(this.plan)).length === 0;
    if (!(await waitUntil(healthy, { withinMs: PATIENCE_MS, everyMs: 500 }))) throw new Error(faults.join('\n'));
    await this.probe();
    if (String(await this.owners()) === 'tokyo-1') return;
    const answer = await this.move('failback');
    if (!(await this.ownerIs('tokyo-1'))) throw new Error(`no failback: ${JSON.stringify(answer)}`);
  }
}
