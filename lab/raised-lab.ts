import { instanceOf } from '#demo/account-of-topology.ts';
import type { Emulator, InvocationResult } from '#emulator/emulator.ts';
import { namesOf } from '#infra/names.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { cloudStateOf } from './cloud-state.ts';
import { down } from './down.ts';
import { breakIt, type Cut, type Fault, heal, mend } from './faults.ts';
import type { LabPlan, LabToRaise, SitePlan } from './plan.ts';
import { run, waitUntil } from './run.ts';
import { type CloudState, topologyOf, writeCloudState } from './state.ts';
import { ownersOf } from './status.ts';
import { raise } from './up.ts';
import { validate } from './validate.ts';

/** How long anything may take on a machine that has other work. */
export const PATIENCE_MS = 45_000;

/** A lab with its AWS in this process, for tests and benchmarks. Schedules tick only when told to. */
export class RaisedLab {
  readonly plan: LabPlan;
  /** The site that things happen to: the topology's first. */
  readonly here: SitePlan;
  readonly emulator: Emulator;
  readonly #cloud: Cloud;
  readonly #state: CloudState;

  private constructor(plan: LabPlan, state: CloudState, cloud: Cloud) {
    const [here] = plan.sites;
    if (here === undefined) throw new Error('the topology has no site');
    this.plan = plan;
    this.here = here;
    this.emulator = cloud.emulator;
    this.#cloud = cloud;
    this.#state = state;
  }

  /**
   * @param file of the topology
   * @throws LabError for a mistake in the topology, or where a lab of that name is up already
   */
  static async raise(what: LabToRaise, file: string, tell: (progress: string) => void): Promise<RaisedLab> {
    const started: Cloud[] = [];
    try {
      const { plan, cloud: state } = await raise(
        what,
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
        tell,
      );
      const [cloud] = started;
      if (cloud === undefined) throw new Error('no cloud was started');
      return new RaisedLab(plan, state, cloud);
    } catch (error) {
      for (const cloud of started) await cloud.close();
      await down(what.name);
      throw error;
    }
  }

  /** @throws Error if anything of it is left */
  async down(): Promise<void> {
    await this.#cloud.close();
    await down(this.plan.name);
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

  /** Routers that the packets of the site's hosts are forwarded to, as the kernel has it. */
  owners(): Promise<string[]> {
    return ownersOf(this.here);
  }

  async ownerIs(name: string): Promise<boolean> {
    return waitUntil(async () => String(await this.owners()) === name, { withinMs: PATIENCE_MS });
  }

  /** EC2 stops the site's instances, and says so. */
  stopInstances(): void {
    for (const { router } of this.here.routers)
      this.emulator.ec2.lifecycle.stop(this.here.site.region, instanceOf(router));
  }

  /** By the operator's hand. */
  move(action: 'switchover' | 'failback', to?: string): Promise<InvocationResult> {
    const request = {
      action,
      id: crypto.randomUUID(),
      by: 'lab',
      reason: 'a trial',
      ...(to === undefined ? {} : { to }),
    };
    return this.emulator.invoke(namesOf(this.plan.topology, this.here.site).routeSwap, request);
  }

  /**
   * Everything healthy, the site's routes at its active router, and the probe has seen it.
   *
   * @throws Error with what is not well in spite of patience
   */
  async makeWhole(): Promise<void> {
    await this.heal();
    let faults: string[] = [];
    const healthy = async () => (faults = await validate(this.plan)).length === 0;
    if (!(await waitUntil(healthy, { withinMs: PATIENCE_MS, everyMs: 500 }))) throw new Error(faults.join('\n'));
    await this.probe();
    const { active } = this.here.site.routers;
    if (String(await this.owners()) === active.name) return;
    const answer = await this.move('failback');
    if (!(await this.ownerIs(active.name))) throw new Error(`no failback: ${JSON.stringify(answer)}`);
  }
}
