import { someOf } from '#topology/some-of.ts';
import type { Topology } from '#topology/topology.ts';
import type { Io } from '../io.ts';
import { routersWithoutAddress } from './fill-addresses.ts';

/** On stderr: placeholders stand for public addresses, and how to get the addresses. */
export function noteOnAddresses(topology: Topology, { stderr }: Io): void {
  const unknown = routersWithoutAddress(topology);
  if (unknown.length === 0) return;
  stderr.write(
    `note: the public address of ${someOf(unknown)} is not known yet, and a placeholder such as {{address:${unknown[0]}}} stands for it; ` +
      'after the deployment, vyos-failover addresses --write writes the addresses to a file that this command reads\n',
  );
}
