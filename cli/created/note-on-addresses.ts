import { someOf } from '#topology/some-of.ts';
import type { Topology } from '#topology/topology.ts';
import type { Cli } from '../cli.ts';
import { routersWithoutAddress } from './fill-addresses.ts';

/** On stderr: placeholders stand for public addresses, and how to get the addresses. */
export function noteOnAddresses(topology: Topology, { io, environment }: Pick<Cli, 'io' | 'environment'>): void {
  const unknown = routersWithoutAddress(topology);
  if (unknown.length === 0) return;
  io.stderr.write(
    `note: the public address of ${someOf(unknown)} is not known yet, and a placeholder such as {{address:${unknown[0]}}} stands for it; ` +
      `after the deployment, ${environment.nextCommand('addresses', '--write')} writes the addresses to a file that this command reads\n`,
  );
}
