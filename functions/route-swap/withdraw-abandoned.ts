import type { Observation } from '#failover/observation.ts';
import { logFailure } from '#functions/log-failure.ts';
import type { SwapPorts } from './ports.ts';

/**
 * Removes the record of a tentative swap that no run has decided. As long as it is there, the number of routes at its target tells
 * whether it has begun, and a later manual change of a route, or of the topology, would make it a swap to be finished. Never throws.
 */
export async function withdrawAbandoned({ stored }: Observation, ports: SwapPorts): Promise<void> {
  const { abandoned } = stored;
  if (abandoned === undefined) return;
  await logFailure(`the withdrawal of swap ${abandoned.epoch}`, ports, () =>
    ports.store.withdraw(abandoned, { lease: abandoned.recordBefore }),
  );
}
