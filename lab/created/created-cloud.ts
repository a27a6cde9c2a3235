import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { withAmazonLinux } from '#demo/amazon-linux.ts';
import { synthesize } from '#demo/synth.ts';
import type { Emulator } from '#emulator/emulator.ts';
import type { Machine } from '#emulator/guests/guest-host.ts';
import { startEmulator } from '#emulator/start.ts';
import { namesOf } from '#infra/names.ts';
import { withHosts } from '#simulated-vyos/simulated-host.ts';
import { apiSocketOf, type Cloud } from '../cloud.ts';
import { startApiEndpoint } from '../daemons.ts';
import { followRoutes } from '../follow-routes.ts';
import { FunctionProcesses } from '../function-processes.ts';
import { launchHost } from '../hosts/launched-host.ts';
import { buildVpcs } from '../network.ts';
import type { LabPlan } from '../plan.ts';
import { relay } from '../relay.ts';
import { LABS, readPlan, readToCreate, topologyOf, writeCreatedIds } from '../state.ts';
import { createdIds } from './created-ids.ts';
import { emptyAccount } from './empty-account.ts';
import { LabMachines } from './lab-machines.ts';
import type { Surroundings } from './machine.ts';

/** The lab's AWS, in which a topology was deployed from nothing, and the plan of the lab that follows from it. */
export interface CreatedCloud extends Cloud {
  readonly plan: LabPlan;
}

/**
 * Deploys all stacks of the lab's topology into an empty account. When the first instance is launched, all that the lab is
 * planned from exists: the network is built then, and each instance gets a namespace in it.
 *
 * @param name of the lab, whose directory has the topology
 * @param onFault called for what fails in a machine, or could not be followed
 * @throws Error if the stacks cannot be synthesized or deployed
 */
export async function startCreatedCloud(name: string, onFault: (error: unknown) => void): Promise<CreatedCloud> {
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const file = topologyOf(join(LABS, name));
    const topology = readToCreate(file);
    const assembly = await synthesize(file);
    undo.push(() => rmSync(assembly, { recursive: true, force: true }));
    const network = new CreatedNetwork(name, onFault, (step) => void undo.push(step));
    const machines = new LabMachines((machine) => network.around(machine), onFault);
    const processes = new FunctionProcesses();
    const emulator: Emulator = await startEmulator({
      onFunctionProcess: processes.add,
      account: withAmazonLinux(emptyAccount(topology)),
      guests: withHosts(machines, (machine) => launchHost(machine, { lab: name, ec2: () => emulator.ec2, onFault })),
      ec2: { times: { pendingMs: 0, bootMs: 0, stoppingMs: 0, shuttingDownMs: 0 } },
    });
    undo.push(() => machines.settled());
    undo.push(() => emulator.close());
    network.isIn(emulator);
    await emulator.deploy(assembly);
    await machines.settled();
    return { emulator, processes, plan: await network.plan(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The network around the machines, which is built once. */
class CreatedNetwork {
  readonly #name: string;
  readonly #onFault: (error: unknown) => void;
  readonly #onClose: (step: () => unknown) => void;
  #emulator: Emulator | undefined;
  #plan: Promise<LabPlan> | undefined;

  constructor(name: string, onFault: (error: unknown) => void, onClose: (step: () => unknown) => void) {
    this.#name = name;
    this.#onFault = onFault;
    this.#onClose = onClose;
  }

  isIn(emulator: Emulator): void {
    this.#emulator = emulator;
  }

  /** The addresses stacks and the sites' stacks must have been deployed. */
  plan(): Promise<LabPlan> {
    this.#plan ??= this.#build(this.#aws());
    return this.#plan;
  }

  async around({ region, interfaces }: Machine): Promise<Surroundings> {
    const plan = await this.plan();
    for (const site of plan.sites) {
      const router = site.routers.find((each) => each.router.address === interfaces[0]?.address);
      if (site.site.region !== region || router === undefined) continue;
      const emulator = this.#aws();
      const apiPort = portOf(emulator, plan, site);
      return { lab: this.#name, site, router, ec2: emulator.ec2, apiPort, onFault: this.#onFault };
    }
    throw new Error(`no router of the topology has the address ${interfaces[0]?.address} in ${region}`);
  }

  async #build(emulator: Emulator): Promise<LabPlan> {
    const directory = join(LABS, this.#name);
    writeCreatedIds(directory, createdIds(readToCreate(topologyOf(directory)), emulator));
    const plan = readPlan(this.#name);
    await buildVpcs(plan);
    const following = await followRoutes(plan, emulator, this.#onFault);
    this.#onClose(() => following.stop());
    for (const site of plan.sites) {
      const socket = apiSocketOf(plan, site);
      this.#onClose(await relay(socket, emulator.httpApiUrl(namesOf(plan.topology, site.site).events)));
      await startApiEndpoint(site, directory, socket, portOf(emulator, plan, site));
    }
    return plan;
  }

  #aws(): Emulator {
    if (this.#emulator === undefined) throw new Error('a machine was launched before the emulated AWS had started');
    return this.#emulator;
  }
}

function portOf(emulator: Emulator, { topology }: LabPlan, { site }: LabPlan['sites'][number]): number {
  return Number(new URL(emulator.httpApiUrl(namesOf(topology, site).events)).port);
}
