import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EC2Client, ReplaceRouteCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { accountOf } from '#demo/account-of-topology.ts';
import { letBgpFollow } from '#demo/emulate.ts';
import { DemoNetwork } from '#demo/live/demo-network.ts';
import { allRouters } from '#demo/scenario.ts';
import { SimulatedRouter } from '#demo/simulated-router.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import { loadTopology } from '#topology/load.ts';
import type { Topology } from '#topology/topology.ts';

const FILE = 'examples/tokyo-virginia.yaml';
const topology = loadTopology(readFileSync(FILE, 'utf8'), FILE).topology as Topology;
const PATIENCE = { timeout: 60_000, interval: 20 };

/** The network without the stacks: what they do about a failure is the subject of other tests. */
async function startNetwork() {
  const directory = mkdtempSync(join(tmpdir(), 'live-demo-'));
  const routers = allRouters(topology).map((router) => new SimulatedRouter(directory, router));
  const emulator = await startEmulator({ account: accountOf(topology, () => undefined) });
  const running = { emulator, routers, directory, network: letBgpFollow(topology, routers, emulator) };
  const network = new DemoNetwork(topology, { ...running, apiUrl: () => '', close: () => emulator.close() });
  network.start();
  const stop = async () => {
    network.stop();
    await emulator.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { network, emulator, stop };
}

/** As route-swap does. */
async function moveRoutes(emulator: Emulator): Promise<void> {
  const [tokyo] = topology.sites;
  const credentials = emulator.credentials.forUser();
  const ec2 = new EC2Client({ region: tokyo?.region ?? '', endpoint: emulator.endpoint, credentials });
  for (const { id, destinations } of tokyo?.routeTables ?? []) {
    for (const destination of destinations) {
      const NetworkInterfaceId = tokyo?.routers.standby.eni;
      await ec2.send(
        new ReplaceRouteCommand({ RouteTableId: id, DestinationCidrBlock: destination, NetworkInterfaceId }),
      );
    }
  }
}

test('the page of the demo shows what a fault does to packets, tunnels and routes, and what ends it', async () => {
  const { network, emulator, stop } = await startNetwork();
  const traffic = () => network.traffic()[0];
  const owners = (site: string) => [...new Set(network.routesOf(site)?.map(({ router }) => router))];
  const states = () => network.tunnels().map(({ state }) => state);
  try {
    await expect.poll(traffic, PATIENCE).toMatchObject({ answered: true, lost: 0, from: 'tokyo', to: 'virginia' });

    expect(await network.act({ action: 'fault', router: 'tokyo-1', fault: 'kill' })).toMatchObject({ outcome: 'done' });
    expect([network.faultsOf('tokyo-1'), states()]).toEqual([['kill'], ['down', 'up']]);
    await expect.poll(traffic, PATIENCE).toMatchObject({ answered: false });
    expect(owners('tokyo')).toEqual(['tokyo-1']);
    const kinds = () => network.entries().map(({ kind }) => kind);
    await expect.poll(kinds, PATIENCE).toEqual(expect.arrayContaining(['fault', 'traffic', 'detected']));
    await moveRoutes(emulator);
    expect(owners('tokyo')).toEqual(['tokyo-2']);
    await expect.poll(traffic, PATIENCE).toMatchObject({ answered: true });
    expect(traffic()?.outageMs).toBeGreaterThan(0);

    expect(await network.act({ action: 'restore', router: 'tokyo-1' })).toMatchObject({ outcome: 'done' });
    expect([network.faultsOf('tokyo-1'), states()]).toEqual([[], ['up', 'up']]);
    expect(await network.act({ action: 'restore', router: 'nowhere' })).toMatchObject({ outcome: 'refused' });

    // BGP leads the traffic of a router without tunnels over its peer.
    await network.act({ action: 'fault', router: 'virginia-1', fault: 'cut-uplink' });
    expect(network.faultsOf('virginia-1')).toEqual(['cut-uplink']);
    await network.act({ action: 'restore', router: 'virginia-1' });
    expect([network.faultsOf('virginia-1'), states()]).toEqual([[], ['up', 'up']]);
  } finally {
    await stop();
  }
});
