import type { Topology } from '#topology/topology.ts';
import { neededSecrets } from '#vyos/needed-secrets.ts';
import type { Cli } from '../cli.ts';

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
  const secrets = neededSecrets(topology);
  const regions = [...new Set(secrets.flatMap((secret) => secret.regions))];
  return Promise.all(
    regions.map(async (region) => {
      const needed = secrets.filter((secret) => secret.regions.includes(region)).map(({ name }) => name);
      try {
        const found = await environment.cloud.existingParameters(region, needed, io.signal);
        return { region, names: needed.filter((name) => found.has(name)), isKnown: true };
      } catch {
        io.signal?.throwIfAborted();
        return { region, names: needed, isKnown: false };
      }
    }),
  );
}
