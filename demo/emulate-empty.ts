import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import { withHosts } from '#simulated-vyos/simulated-host.ts';
import { SimulatedRouters } from '#simulated-vyos/simulated-routers.ts';
import type { Topology } from '#topology/topology.ts';
import { accountBefore } from './account-before.ts';
import { slackOf } from './account-of-topology.ts';
import { keepContacts } from './created-contacts.ts';
import { RAISED } from './emulate.ts';

/** An account in which a topology is not deployed yet, and the machines that its instances are going to be. */
export interface EmptyAccount {
  readonly emulator: Emulator;
  readonly close: () => Promise<void>;
}

/**
 * Starts an AWS with nothing in it but the sites that exist, and images. A deployment of the topology launches routers that run
 * their user data: simulated machines with the real programs.
 *
 * @param port of the AWS endpoint; 0: any that is free
 * @throws Error if the port is taken; nothing runs then
 */
export async function emulateEmptyAccount(topology: Topology, port: number): Promise<EmptyAccount> {
  const folder = mkdtempSync(join(tmpdir(), 'vyos-failover-emulate-'));
  const machines = new SimulatedRouters(folder);
  try {
    const emulator = await startEmulator({
      port,
      account: { ...accountBefore(topology), ...RAISED, slack: slackOf(topology) },
      guests: withHosts(machines),
      // A tenth of what EC2 takes.
      ec2: { times: { pendingMs: 500, bootMs: 2_000, stoppingMs: 2_000, shuttingDownMs: 2_000 } },
    });
    emulator.startSchedules();
    const endContacts = keepContacts(machines);
    const close = async () => {
      endContacts();
      await emulator.close();
      await machines.settled();
      rmSync(folder, { recursive: true, force: true });
    };
    return { emulator, close };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
