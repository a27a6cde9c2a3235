import type { RegionState } from '#emulator/ec2/state.ts';
import { type ManagedSite, routeName } from '#failover/site.ts';

/** Target of every managed static route, by the route's name. */
export function managedTargets(site: ManagedSite, routeTables: RegionState['routeTables']): Map<string, string> {
  const targets = new Map<string, string>();
  for (const route of site.routes) {
    const found = routeTables.get(route.table)?.routes.find(({ destination }) => destination === route.destination);
    if (found !== undefined) targets.set(routeName(route), found.target);
  }
  return targets;
}
