import type { Topology } from '#topology/topology.ts';
import { neededSecrets } from '#vyos/needed-secrets.ts';
import type { Cli } from '../cli.ts';
import { inEachRegion } from '../secrets/read-secrets.ts';

/** The keys of a topology that a Region has. */
export interface KeysLeft {
  readonly region: string;
  /** Names of SSM parameters. */
  readonly names: readonly string[];
  /** False: SSM did not answer, and `names` are all that the topology needs there. */
  readonly isKnown: boolean;
}

/** The keys that exist, by Region, without their values. A Region that does not answer is no reason to stop. */
export async function readKeysLeft(topology: Topology, { environment, io }: Cli): Promise<KeysLeft[]> {
  const found = await inEachRegion(neededSecrets(topology), async (region, needed) => {
    try {
      const present = await environment.cloud.existingParameters(region, needed, io.signal);
      return { region, names: needed.filter((name) => present.has(name)), isKnown: true };
    } catch {
      io.signal?.throwIfAborted();
      return { region, names: needed, isKnown: false };
    }
  });
  return [...found.values()];
}
