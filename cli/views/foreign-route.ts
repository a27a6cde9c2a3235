import { foreignRouteFault } from '#failover/foreign-route.ts';
import type { Observation, RouteFact } from '#failover/observation.ts';

/** A managed route that cannot be moved: part of the JSON of several commands. */
export interface ForeignRoute {
  readonly table: string;
  readonly destination: string;
  readonly target: string | null;
  readonly state: string;
  readonly origin: string | null;
  /** The stack that has marked its table; null: none. */
  readonly controller: string | null;
  readonly says: string;
}

export function foreignRouteView(route: RouteFact, observation: Observation): ForeignRoute {
  const { table, destination, target = null, state, origin = null, controller = null } = route;
  return { table, destination, target, state, origin, controller, says: foreignRouteFault(route, observation) };
}
