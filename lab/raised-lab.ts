import { instanceOf } from '#demo/account-of-topology.ts';
import type { Emulator, InvocationResult } from '#emulator/emulator.ts';
import { namesOf } from '#infra/names.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { cloudStateOf } from './cloud-state.ts';
import { down } from './down.ts';
import { breakIt, type Cut, type Fault, heal, mend } from './faults.ts';
import type { LabPlan, LabToRaise, SitePlan } from './plan.ts';
import { run, waitUntil } from './run.ts';
import { type CloudState, checkNotUp, topologyOf, writeCloudState } from './state.ts';
import { ownersOf } from './status.ts';
import { raise } from './up.ts';
import { validate } from './validate.ts';

/** The time limit of any step on a loaded machine. */
export const PATIENCE_MS = 45_000;

/** A lab with its AWS in this process, for tests and benchmarks. Schedules run only on request. */
export class RaisedLab {
  readonly plan: LabPlan;
  /** The site under test: the topology's first. */
  readonly here: SitePlan;
  readonly emulator: Emulator;
  readonly #cloud: Cloud;
  readonly state: CloudState;

  private constructor(plan: LabPlan, state: CloudState, cloud: Cloud) {
    const [here] = plan.sites;
    if (here === undefined) throw new Error('the topology has no site');
    this.plan = plan;
    this.here = here;
    this.emulator = cloud.emulator;
    this.#cloud = cloud;
    this.state = state;
  }

  /**
   * @param file of the topology
   * @param adjust may change the synthesized stacks, in their directory, before they are deployed
   * @throws LabError for a mistake in the topology, or where a lab of that name is up already
   */
  static async raise(
    what: LabToRaise,
    file: string,
    report: (progress: string) => void,
    adjust?: (assembly: string) => void,
  ): Promise<RaisedLab> {
    // Before anything can fail: what fails below removes the lab, which must not be another process's.
    checkNotUp(what.name);
    const started: Cloud[] = [];
    try {
      const { plan, cloud: state } = await raise(
        what,
        file,
        async (drawn) => {
          const onFault = (error: unknown) => process.emitWarning(String(error));
          const cloud = await startCloud(drawn, topologyOf(drawn.directory), onFault, adjust);
          started.push(cloud);
          const reachable = cloudStateOf(cloud, drawn);
          writeCloudState(drawn.directory, reachable);
          return reachable;
        },
        report,
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

  /** @throws Error if any namespace remains */
  async down(): Promise<void> {
    await this.#cloud.close();
    await down(this.plan.name);
    const namespaces = await run('ip', ['netns', 'list']);
    if (namespaces.includes(this.plan.prefix)) throw new Error(`namespaces remain:\n${namespaces}`);
  }

  break(where: string, fault: Fault): Promise<void> {
    return breakIt(this.plan, this.state, where, fault);
  }

  mend(where: string, cut: Cut): Promise<void> {
    return mend(this.plan, where, cut);
  }

  heal(): Promise<void> {
    return heal(this.plan, this.state);
  }

  /** A round of the health probe, of one site or of all; in reality one comes every minute. */
  probe(site?: SitePlan): Promise<void> {
    return this.emulator.tickSchedules(site?.site.region);
  }

  /** The routers to which the kernel forwards the packets of the site's hosts. */
  owners(site = this.here): Promise<string[]> {
    return ownersOf(site);
  }

  async ownerIs(name: string, site = this.here): Promise<boolean> {
    return waitUntil(async () => String(await this.owners(site)) === name, { withinMs: PATIENCE_MS });
  }

  /** EC2 stops the site's instances, and sends the state change events. */
  stopInstances(): void {
    for (const { router } of this.here.routers)
      this.emulator.ec2.lifecycle.stop(this.here.site.region, instanceOf(router));
  }

  /** Kills the processes of a site's config-push, at work or idle. @throws Error if it has none */
  killConfigPush({ site } = this.here): void {
    this.#cloud.processes.kill(namesOf(this.plan.topology, site).configPush);
  }

  /** A manual switchover. */
  move(action: 'switchover' | 'failback', to?: string, { site } = this.here): Promise<InvocationResult> {
    const request = {
      action,
      id: crypto.randomUUID(),
      by: 'lab',
      reason: 'a trial',
      ...(to === undefined ? {} : { to }),
    };
    return this.emulator.invoke(namesOf(this.plan.topology, site).routeSwap, request);
  }

  /** Waits until the network is healthy. @throws Error with the remaining faults after the time limit */
  async becomesWell(): Promise<void> {
    let faults: string[] = [];
    const healthy = async () => (faults = await validate(this.plan)).length === 0;
    if (!(await waitUntil(healthy, { withinMs: PATIENCE_MS, everyMs: 500 }))) throw new Error(faults.join('\n'));
  }

  /**
   * Everything healthy, every site's routes at its active router, and the probe has seen it.
   *
   * @throws Error with what is not well in spite of patience
   */
  async makeWhole(): Promise<void> {
    await this.heal();
    await this.becomesWell();
    await this.probe();
    for (const site of this.plan.sites) {
      const { active } = site.site.routers;
      if (String(await this.owners(site)) === active.name) continue;
      const answer = await this.move('failback', undefined, site);
      if (!(await this.ownerIs(active.name, site))) throw new Error(`no failback: ${JSON.stringify(answer)}`);
    }
  }
}
