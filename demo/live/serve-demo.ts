import { once } from 'node:events';
import type { Topology } from '#topology/topology.ts';
import { emulateTopology } from '../emulate.ts';
import type { DemoOptions } from '../options.ts';
import type { RunControl } from '../run-demo.ts';
import { slowDown } from '../scenario.ts';
import { DemoNetwork } from './demo-network.ts';
import { serveTestNetwork } from './serve-test-network.ts';

/** Deploys the topology into an emulated AWS, and serves a page on which it can be watched and broken, until the signal. */
export async function serveDemo(
  topology: Topology,
  options: DemoOptions,
  { showProgress, signal }: RunControl,
): Promise<void> {
  showProgress(`synthesizing ${topology.sites.length} stacks and starting them in an emulated AWS`);
  const running = await emulateTopology(topology, options.topology, 0, signal);
  const network = new DemoNetwork(topology, running);
  try {
    slowDown(running.emulator);
    network.start();
    const { accessKeyId, secretAccessKey } = running.emulator.credentials.forUser();
    const aws = { endpoint: running.emulator.endpoint, accessKeyId, secretAccessKey };
    const page = await serveTestNetwork({ topology, file: options.topology, aws, network, port: options.port });
    try {
      process.stdout.write(`Open ${page.url}\nTo end the demo, press Ctrl-C.\n`);
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      await page.close();
    }
  } finally {
    network.stop();
    await running.close();
  }
}
