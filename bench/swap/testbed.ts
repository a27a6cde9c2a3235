import { accountOf } from '#demo/account-of-topology.ts';
import type { Emulator } from '#emulator/emulator.ts';
import { startEmulator } from '#emulator/start.ts';
import type { ManagedRoute } from '#failover/site.ts';
import type { SiteOfRoutes } from './site-of-routes.ts';

/** Latency and throttling of the emulated AWS. */
export interface Conditions {
  /** Median of every AWS API call, ms. */
  readonly latencyMs: number;
  /** Its spread: standard deviation of the logarithm. */
  readonly latencySigma: number;
  /** Share of the writes to EC2 that are refused because others in the account took the token: 0 to 1. */
  readonly others: number;
}

/** An account with the site's routes in it, all of them at the active router; throttled as AWS does. */
export interface Testbed {
  readonly site: SiteOfRoutes;
  readonly emulator: Emulator;
  /** Starts the latency of calls and the throttling by other callers. */
  readonly startFaults: () => void;
}

/**
 * @param assembly output directory of `cdk synth`; undefined: no stack of ours in the account
 * @param seed of the chance in it
 */
export async function startTestbed(
  site: SiteOfRoutes,
  {
    assembly,
    conditions,
    seed,
  }: { readonly assembly: string | undefined; readonly conditions: Conditions; readonly seed: string },
): Promise<Testbed> {
  const { topology } = site;
  const emulator = await startEmulator({
    account: accountOf(topology, () => undefined),
    ...(assembly !== undefined && { assembly }),
    seed,
  });
  return {
    site,
    emulator,
    startFaults: () => {
      const { latencyMs: ms, latencySigma: sigma, others: probability } = conditions;
      emulator.faults.add({ kind: 'latency', ms, ...(sigma > 0 && { sigma }) });
      if (probability > 0) emulator.faults.add({ kind: 'throttle', service: 'ec2', action: '*Route', probability });
    },
  };
}

/** All managed routes of the site, in the order of the topology. */
export function routesOf({ tokyo }: SiteOfRoutes): ManagedRoute[] {
  return tokyo.routeTables.flatMap(({ id, destinations }) =>
    destinations.map((destination) => ({ table: id, destination })),
  );
}
