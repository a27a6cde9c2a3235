import { foreignRouteFault } from '#failover/foreign-route.ts';
import type { RouteFact } from '#failover/observation.ts';

/** A managed route that cannot be moved: part of the JSON of several commands. */
export interface ForeignRoute {
  readonly table: string;
  readonly destination: string;
  readonly target: string | null;
  readonly state: string;
  readonly origin: string | null;
  readonly says: string;
}

export function foreignRouteView(route: RouteFact): ForeignRoute {
  const { table, destination, target = null, state, origin = null } = route;
  return { table, destination, target, state, origin, says: foreignRouteFault(route) };
}
