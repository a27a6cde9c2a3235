import { leastDurationMs } from '#failover/call-pacer.ts';
import type { Site, Topology } from '#topology/topology.ts';
import { duration } from '../output/time.ts';
import { SLOW_SWAP_MS } from '../slow-swap.ts';

/**
 * Regions whose sites together have so many routes that a failure of all of them takes long: they share EC2's throttle
 * (docs/many-pairs.md).
 */
export function sharedThrottleNotes({ sites }: Topology): readonly string[] {
  return [...Map.groupBy(sites, ({ region }) => region)].flatMap(([region, together]) => {
    const routes = together.reduce((sum, site) => sum + routesOf(site), 0);
    const ms = leastDurationMs(routes);
    if (together.length < 2 || ms <= SLOW_SWAP_MS) return [];
    return [
      `region ${region}: ${together.length} sites with ${routes} routes share EC2's throttle: if all of them fail at once, their routes take ${duration(ms)} at least (docs/many-pairs.md)`,
    ];
  });
}

function routesOf({ routeTables }: Site): number {
  return routeTables.reduce((sum, { destinations }) => sum + destinations.length, 0);
}
