import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account, ImageFixture, RegionFixture } from '#emulator/account.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import type { CreatedRouter } from '#simulated-vyos/created-router.ts';
import { SimulatedRouters } from '#simulated-vyos/simulated-routers.ts';
import type { Image, Router, Topology } from '#topology/topology.ts';
import { accountOf } from './account-of-topology.ts';
import { RAISED } from './emulate.ts';
import { SESSION } from './sessions.ts';

/** An account in which a topology is not deployed yet, and the machines that its instances are going to be. */
export interface EmptyAccount {
  readonly emulator: Emulator;
  readonly close: () => Promise<void>;
}

/**
 * Starts an AWS with nothing in it but the sites that exist, and VyOS images. Whoever deploys the topology into it gets routers
 * that run their user data: simulated machines with the real programs.
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
      account: { ...accountBefore(topology), ...RAISED },
      guests: machines,
      // A tenth of what EC2 takes, so that nobody waits.
      ec2: { times: { pendingMs: 500, bootMs: 2_000, stoppingMs: 2_000, shuttingDownMs: 2_000 } },
    });
    emulator.startSchedules();
    const timer = setInterval(() => keepContact(machines), LOOK_EVERY_MS);
    const close = async () => {
      clearInterval(timer);
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

function accountBefore(topology: Topology): Account {
  const isExisting = ({ active, standby }: Topology['sites'][number]['routers']) =>
    active.creation === undefined && standby.creation === undefined;
  const existing = topology.sites.filter(({ vpc, routers }) => !vpc.create && isExisting(routers));
  const account = accountOf({ ...topology, sites: existing }, () => undefined);
  const regions = [...new Set(topology.sites.map(({ region }) => region))].map((region): [string, RegionFixture] => {
    const plain = account.regions[region] ?? NOTHING;
    const here = topology.sites.filter((site) => site.region === region && !existing.includes(site));
    return [
      region,
      {
        ...plain,
        ...subnetsFor(here, plain),
        images: [...IMAGES, LINUX, ...here.flatMap(imagesOf)],
        parameters: [LINUX_PARAMETER, ...here.flatMap(parametersOf)],
      },
    ];
  });
  return { ...account, regions: Object.fromEntries(regions) };
}

const NOTHING: RegionFixture = { vpcs: [], subnets: [], interfaces: [], instances: [], routeTables: [] };

/** VyOS in AWS Marketplace, to which this account is subscribed. */
const IMAGES: readonly ImageFixture[] = ['1.4.3', '1.5.0'].map((version, index) => ({
  id: `ami-0c00000000000000${index + 1}`,
  name: `VyOS ${version}`,
  owner: '679593333241',
}));

/** Amazon Linux, which the measuring hosts of an acceptance run have: by AWS's public parameter. Here it is an empty machine. */
const LINUX: ImageFixture = {
  id: 'ami-0c000000000000009',
  name: 'al2023-ami-2023-kernel-arm64',
  owner: '137112412989',
  architecture: 'arm64',
};
const LINUX_PARAMETER = {
  name: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
  type: 'String' as const,
  value: LINUX.id,
};

/** The VPCs, subnets and route tables in which routers are created. */
function subnetsFor(
  sites: readonly Topology['sites'][number][],
  { vpcs, subnets, routeTables }: RegionFixture,
): Pick<RegionFixture, 'vpcs' | 'subnets' | 'routeTables'> {
  const inVpc = sites.filter(({ vpc }) => !vpc.create);
  return {
    vpcs: [...vpcs, ...inVpc.map(({ vpc: { id, cidrs } }) => ({ id, cidr: cidrs[0], moreCidrs: cidrs.slice(1) }))],
    subnets: [
      ...subnets,
      ...inVpc.flatMap(({ vpc, routers }) => both(routers).flatMap((router) => subnetOf(router, vpc.id))),
    ],
    routeTables: [
      ...routeTables,
      ...inVpc.flatMap(({ vpc, routeTables: tables }) => tables.map(({ id }) => ({ id, vpc: vpc.id, routes: [] }))),
    ],
  };
}

function subnetOf({ creation, subnet }: Router, vpc: string): RegionFixture['subnets'] {
  return creation?.subnetId === undefined ? [] : [{ id: creation.subnetId, vpc, cidr: subnet }];
}

const both = ({ active, standby }: Topology['sites'][number]['routers']) => [active, standby];

const imageIn = ({ routers }: Topology['sites'][number]): Image[] =>
  both(routers).flatMap(({ creation }) => (creation === undefined ? [] : [creation.image]));

function imagesOf(site: Topology['sites'][number]): ImageFixture[] {
  return imageIn(site).flatMap((image) =>
    'id' in image ? [{ id: image.id, name: 'VyOS', owner: '123456789012' }] : [],
  );
}

/** Parameters that hold the id of an image. */
function parametersOf(site: Topology['sites'][number]): NonNullable<RegionFixture['parameters']> {
  const names = imageIn(site).flatMap((image) => ('parameter' in image ? [image.parameter] : []));
  return [...new Set(names)].map((name) => ({ name, type: 'String' as const, value: IMAGES[0]?.id ?? '' }));
}

const LOOK_EVERY_MS = 2_000;
/** As `CONTACT_EVERY` of `router/lib/config.sh` has it. */
const CONTACT_EVERY_MS = 120_000;

const lastContact = new WeakMap<CreatedRouter, number>();

/** Systemd's units do not run in these machines; a built router makes a contact at once and every two minutes. */
function keepContact(machines: SimulatedRouters): void {
  for (const router of machines.routers.values()) {
    if (!router.isBuilt || Date.now() - (lastContact.get(router) ?? 0) < CONTACT_EVERY_MS) continue;
    lastContact.set(router, Date.now());
    const { folder } = router.vyos;
    const installed = join(folder, 'config/vyos-failover');
    const conf = join(folder, 'contact.conf');
    const own = {
      STATE_DIR: join(folder, 'run'),
      LOG: join(folder, 'var/log/contact.log'),
      METADATA_URL: router.metadata,
    };
    const changes = Object.entries(own).map(([key, value]) => `${key}='${value}'\n`);
    writeFileSync(conf, readFileSync(join(installed, 'report.conf'), 'utf8') + changes.join(''));
    spawn('/bin/bash', [join(installed, 'reconcile'), '--contact'], {
      ...SESSION,
      stdio: 'ignore',
      env: { PATH: process.env.PATH, REPORT_CONF: conf },
    }).on('error', () => undefined);
  }
}
