import { join } from 'node:path';
import { createDirectory } from '#lab/created/create-directory.ts';
import { type CreatedCloud, startCreatedCloud } from '#lab/created/created-cloud.ts';
import { down } from '#lab/down.ts';
import type { RouterPlan, SitePlan } from '#lab/plan.ts';
import { PATIENCE_MS } from '#lab/raised-lab.ts';
import { run, waitUntil } from '#lab/run.ts';
import { LABS, topologyOf } from '#lab/state.ts';
import { ownersOf } from '#lab/status.ts';
import { validate } from '#lab/validate.ts';
import type { Ended } from '../cli/command-line.ts';
import { atDesk } from '../created/desk.ts';

const NAME = 'created';
/** Real time that a command waits each time, instead of 5 or 10 s. */
const WAIT_MS = 1_000;

/** The create example, deployed into the emulated AWS of a lab. */
export class CreatedLab {
  readonly cloud: CreatedCloud;
  /** What went wrong in a machine, or could not be followed. */
  readonly faults: readonly unknown[];

  private constructor(cloud: CreatedCloud, faults: readonly unknown[]) {
    this.cloud = cloud;
    this.faults = faults;
  }

  static async raise(): Promise<CreatedLab> {
    await createDirectory(NAME, 'examples/created.yaml');
    try {
      const faults: unknown[] = [];
      return new CreatedLab(await startCreatedCloud(NAME, (error) => void faults.push(error)), faults);
    } catch (error) {
      await down(NAME);
      throw error;
    }
  }

  get plan() {
    return this.cloud.plan;
  }

  get tokyo(): SitePlan {
    return siteNamed(this, 'tokyo');
  }

  router(name: string): RouterPlan {
    const found = this.plan.sites.flatMap(({ routers }) => routers).find(({ router }) => router.name === name);
    if (found === undefined) throw new Error(`there is no router ${name}`);
    return found;
  }

  /** `i-…` that is attached to the router's interface now. */
  instanceOf(name: string): string {
    const { router, site } = this.router(name);
    const { interfaces } = this.cloud.emulator.ec2.state(site.region);
    return interfaces.get(router.eni)?.attachment?.instance ?? 'none';
  }

  /** Waits until the network is healthy. @throws Error with the remaining faults after the time limit */
  async becomesWell(): Promise<void> {
    let faults: string[] = [];
    const healthy = async () => (faults = await validate(this.plan)).length === 0;
    if (await waitUntil(healthy, { withinMs: 2 * PATIENCE_MS, everyMs: 500 })) return;
    throw new Error([...faults, ...this.faults.map(String)].join('\n'));
  }

  /** The router that the kernel forwards the packets of Tokyo's hosts to. */
  async ownerIs(name: string): Promise<boolean> {
    return waitUntil(async () => String(await ownersOf(this.tokyo)) === name, { withinMs: PATIENCE_MS });
  }

  /** A round of the probe in every site. */
  probe(): Promise<void> {
    return this.cloud.emulator.tickSchedules();
  }

  /** A command line of an operator. While it waits, the probe of Tokyo runs, and the machines boot in real time. */
  desk(...line: string[]): Promise<Ended> {
    return atDesk(this.cloud.emulator, line, topologyOf(join(LABS, NAME)), async (ms) => {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      await this.cloud.emulator.tickSchedules(this.tokyo.site.region);
      // The command asks again less often than at a desk, because each question takes as long here as there.
      return 3 * ms;
    });
  }

  /** @throws Error if any namespace remains */
  async down(): Promise<void> {
    await this.cloud.close();
    await down(NAME);
    const namespaces = await run('ip', ['netns', 'list']);
    if (namespaces.includes(this.plan.prefix)) throw new Error(`namespaces remain:\n${namespaces}`);
  }
}

function siteNamed({ plan }: Pick<CreatedLab, 'plan'>, name: string): SitePlan {
  const found = plan.sites.find(({ site }) => site.name === name);
  if (found === undefined) throw new Error(`there is no site ${name}`);
  return found;
}
