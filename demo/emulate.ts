import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import { namesOf } from '#infra/names.ts';
import type { Topology } from '#topology/topology.ts';
import { accountOf, instanceOf } from './account-of-topology.ts';
import { bfdDetection, NetworkModel } from './network-model.ts';
import { allRouters, modelTime } from './scene.ts';
import { SimulatedRouter } from './simulated-router.ts';
import { synthesize } from './synth.ts';

/** A topology deployed into an AWS on this machine, with routers whose BGP follows whether they live. */
export interface EmulatedTopology {
  readonly emulator: Emulator;
  close(): Promise<void>;
}

/**
 * @param file of the topology, for the CDK app
 * @param port of the AWS endpoint; 0: any that is free
 * @throws Error if the stacks cannot be synthesized or the port is taken
 */
export async function emulateTopology(topology: Topology, file: string, port: number): Promise<EmulatedTopology> {
  const assembly = await synthesize(file);
  const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-emulate-'));
  const removeFiles = () => {
    for (const each of [assembly, directory]) rmSync(each, { recursive: true, force: true });
  };
  try {
    const routers = allRouters(topology).map((router) => new SimulatedRouter(directory, router));
    const emulator = await startEmulator({
      assembly,
      port,
      account: accountOf(topology, {
        shell: ({ name }) => ({ path: routers.find((each) => each.router.name === name)?.bin ?? '' }),
        policies: (site) => [`${namesOf(topology, site).routerPolicy}-${site.region}`],
      }),
    });
    letBgpFollow(topology, routers, emulator);
    // The first round of the probe now and not in a minute: until then nobody is proven fit.
    await emulator.tickSchedules();
    emulator.startSchedules();
    return {
      emulator,
      async close() {
        await emulator.close();
        removeFiles();
      },
    };
  } catch (error) {
    removeFiles();
    throw error;
  }
}

/** An instance that stops answering takes its BGP sessions down, after BFD's time. */
function letBgpFollow(topology: Topology, routers: readonly SimulatedRouter[], emulator: Emulator): void {
  const network = new NetworkModel(topology, bfdDetection(topology.bfd), modelTime());
  const show = () => {
    for (const router of routers) router.writeBgpSummary(network.bgpSummary(router.router.name));
  };
  show();
  network.onSessionChange(show);
  emulator.ec2.guests.onChange(({ instance, responsive }) => {
    const router = allRouters(topology).find((each) => instanceOf(each) === instance);
    if (router === undefined) return;
    if (responsive) network.revive(router.name);
    else network.killRouter(router.name);
    show();
  });
}
