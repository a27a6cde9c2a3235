import { controllerOf, otherControllerAdvice } from './controller.ts';
import { createRouteCommand } from './create-route-command.ts';
import { type Observation, ownerOf, type RouteFact } from './observation.ts';
import { routeName } from './site.ts';

type ObservedRoutes = Pick<Observation, 'routes' | 'site'>;

/** Why a managed route cannot be moved, and what restores it: a clause for status, explain and the health probe. */
export function foreignRouteFault(route: RouteFact, observation: ObservedRoutes): string {
  const { site } = observation;
  const { table, destination, target, state, origin = 'static', controller } = route;
  const name = `managed route ${routeName(route)}`;
  if (controller !== undefined && controller !== controllerOf(site))
    return `${name} has another controller: ${table} is marked by stack ${controller}; ${otherControllerAdvice(controller, table, site.region)}`;
  if (target === undefined)
    return `${name} is MISSING, and traffic to ${destination} is lost; to restore it: ${restoreCommand(route, observation)}`;
  if (origin !== 'static') return `${name} is foreign: it is ${origin} (${target}), not static`;
  const lost = state === 'blackhole' ? ', which is not available (blackhole), and its traffic is lost' : '';
  return `${name} is foreign: it points at ${target}${lost}`;
}

/** Whether a managed route is missing from a table that no other controller has marked: its own controller may create it. */
export function isRestorable({ target, controller }: RouteFact, site: Observation['site']): boolean {
  return target === undefined && (controller === undefined || controller === controllerOf(site));
}

/** The command that creates a missing managed route at the owner, or at the preferred router if there is none. */
export function restoreCommand(route: RouteFact, { site, routes }: ObservedRoutes): string {
  const { eni } = ownerOf({ site, routes }) ?? site.routers.active;
  return createRouteCommand(route, site.region, eni);
}
