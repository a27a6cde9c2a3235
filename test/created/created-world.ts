import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account, ImageFixture, RegionFixture } from '#emulator/account.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import type { Topology } from '#topology/topology.ts';
import { neededSecrets } from '#vyos/needed-secrets.ts';
import { SimulatedRouters } from '../simulated-router/simulated-routers.ts';

/** What all pre-shared keys are; no template, log or answer may ever have it. */
export const SECRET = 'correct-horse-battery-staple';

export const IMAGE: ImageFixture = { id: 'ami-0a1b2c3d4e5f60001', name: 'VyOS 1.4.3', owner: '679593333241' };
export const NEXT_IMAGE: ImageFixture = { id: 'ami-0a1b2c3d4e5f60002', name: 'VyOS 1.4.4', owner: '679593333241' };

export interface WorldOptions {
  readonly topology: Topology;
  readonly assembly: string;
  /** Changes what is in each region before. */
  readonly region?: (plain: RegionFixture) => RegionFixture;
  readonly account?: (plain: Account) => Account;
}

/** An account in which a topology's created sites are deployed, and the machines that its instances are. */
export class CreatedWorld {
  readonly emulator: Emulator;
  readonly machines: SimulatedRouters;
  readonly #folder: string;

  private constructor(emulator: Emulator, machines: SimulatedRouters, folder: string) {
    this.emulator = emulator;
    this.machines = machines;
    this.#folder = folder;
  }

  static async start({ topology, assembly, region = (plain) => plain, account = (plain) => plain }: WorldOptions) {
    const folder = mkdtempSync(join(tmpdir(), 'vyos-failover-created-world-'));
    const machines = new SimulatedRouters(folder);
    const regions = [...new Set(topology.sites.map((site) => site.region))].map(
      (name) => [name, region(regionOf(topology, name))] as const,
    );
    const emulator = await startEmulator({
      assembly,
      account: account({ regions: Object.fromEntries(regions) }),
      guests: machines,
      ec2: { times: { pendingMs: 0, bootMs: 0, stoppingMs: 0, shuttingDownMs: 0 } },
    });
    return new CreatedWorld(emulator, machines, folder);
  }

  async close(): Promise<void> {
    await this.emulator.close();
    await this.machines.settled();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function regionOf(topology: Topology, name: string): RegionFixture {
  const parameters = neededSecrets(topology)
    .filter(({ regions }) => regions.includes(name))
    .map((each) => ({ name: each.name, type: 'SecureString' as const, value: SECRET }));
  return {
    vpcs: [],
    subnets: [],
    interfaces: [],
    instances: [],
    routeTables: [],
    images: [IMAGE, NEXT_IMAGE],
    parameters,
  };
}
