import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ec2 } from '#emulator/ec2/service.ts';
import type { Machine } from '#emulator/guests/guest-host.ts';
import { CreatedRouter } from '#simulated-vyos/created-router.ts';
import { awsSocketOf, metadataSocketOf } from '../cloud.ts';
import { leadToApi, METADATA_URL, SSM_URL, startAws, startFrr, startMetadata } from '../daemons.ts';
import { frrConf } from '../frr-conf.ts';
import { frrRunDirectory } from '../frr-sockets.ts';
import { startIpsec } from '../ipsec.ts';
import { plugIn } from '../network.ts';
import type { RouterPlan, SitePlan } from '../plan.ts';
import { killIn, processesIn, signal } from '../processes.ts';
import { relay } from '../relay.ts';
import { binOf, frrConfOf, writePrograms } from '../router-files.ts';
import { ipBatch, run } from '../run.ts';
import { frrUser } from '../start-routers.ts';
import { installCommit, shellOf, vyosOf } from '../vyos.ts';
import { isUnconfigured } from './first-configuration.ts';
import { followSecurityGroups } from './follow-security-groups.ts';

/** What a machine has around it. */
export interface Surroundings {
  /** Name of the lab. */
  readonly lab: string;
  readonly site: SitePlan;
  readonly router: RouterPlan;
  readonly ec2: Ec2;
  /** Port of the site's API. */
  readonly apiPort: number;
  readonly onFault: (error: unknown) => void;
}

/** A launched instance in a namespace of its own: a simulated VyOS that runs its user data, with real daemons. */
export class LabMachine {
  readonly #machine: Machine;
  readonly #around: Surroundings;
  readonly #undo: (() => unknown)[] = [];
  #vyos: CreatedRouter | undefined;

  constructor(machine: Machine, around: Surroundings) {
    this.#machine = machine;
    this.#around = around;
  }

  /** The first boot. */
  async launch(): Promise<void> {
    const { lab, site, router, ec2, onFault } = this.#around;
    const { userData, metadataUrl, endpoint, console } = this.#machine;
    if (userData === undefined) throw new Error('a VyOS without user data does nothing');
    rmSync(router.directory, { recursive: true, force: true });
    writePrograms(router, await frrUser());
    await plugIn(site, router);
    this.#undo.push(() => this.#remove());
    this.#undo.push(await followSecurityGroups(router, ec2, onFault));
    this.#undo.push(await relay(metadataSocketOf(router), metadataUrl));
    this.#undo.push(await relay(awsSocketOf(router), endpoint));
    const place = { enter: ['/bin/ip', 'netns', 'exec', router.namespace], path: binOf(router) };
    const { folder } = vyosOf(router);
    this.#vyos = new CreatedRouter(folder, { userData, metadata: METADATA_URL, endpoint: SSM_URL, console, place });
    installCommit(lab, router);
    // Where watch-bfd finds bfdd.
    mkdirSync(join(folder, 'var/run'), { recursive: true });
    symlinkSync(frrRunDirectory(router), join(folder, 'var/run/frr'));
    await this.#startDaemons();
    await this.#started(this.#vyos.start());
  }

  /** Boots again after `halt`. */
  async boot(): Promise<void> {
    const { site, router } = this.#around;
    await ipBatch(site.vpc, [`link set ${router.port} up`]);
    await this.#startDaemons();
    if (!isUnconfigured(vyosOf(router).saved)) await startIpsec(router);
    if (this.#vyos !== undefined) await this.#started(this.#vyos.startAgain());
  }

  /** Power off: all its processes end. */
  async halt(): Promise<void> {
    const { site, router } = this.#around;
    await ipBatch(site.vpc, [`link set ${router.port} down`]);
    await this.#vyos?.stop();
    await killIn(router.namespace);
  }

  /** Nothing in it runs, and its kernel forwards nothing. */
  async freeze(): Promise<void> {
    const { site, router } = this.#around;
    await ipBatch(site.vpc, [`link set ${router.port} down`]);
    await this.#signal('SIGSTOP');
  }

  async resume(): Promise<void> {
    const { site, router } = this.#around;
    await this.#signal('SIGCONT');
    await ipBatch(site.vpc, [`link set ${router.port} up`]);
  }

  /** For good: its namespace is gone. */
  async terminate(): Promise<void> {
    for (const step of this.#undo.splice(0).toReversed()) await step();
  }

  async #remove(): Promise<void> {
    const { site, router } = this.#around;
    const { namespace } = router;
    await this.#vyos?.end();
    await killIn(namespace);
    // The kernel removes what is in a deleted namespace some time later.
    await ipBatch(site.vpc, [`link delete ${router.port}`]);
    await run('ip', ['netns', 'delete', namespace]);
  }

  /** What runs before the configuration of VyOS is there: AWS's own services, and FRR with what is saved. */
  async #startDaemons(): Promise<void> {
    const { router, apiPort } = this.#around;
    await leadToApi(router, apiPort);
    await startMetadata(router, metadataSocketOf(router));
    await startAws(router, awsSocketOf(router));
    writeFileSync(frrConfOf(router), frrConf(vyosOf(router).saved));
    await startFrr(router, await frrUser());
  }

  async #started(boot: Promise<void>): Promise<void> {
    const { agent } = this.#machine;
    this.#vyos?.onAgent({
      starts: () => agent.register(shellOf(this.#around.router)),
      stops: () => agent.disconnect(),
    });
    await boot;
  }

  async #signal(name: NodeJS.Signals): Promise<void> {
    for (const pid of [...(await processesIn(this.#around.router.namespace)).values()].flat()) signal(pid, name);
  }
}
