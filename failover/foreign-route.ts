import { controllerOf, otherControllerAdvice } from './controller.ts';
import type { RouteFact } from './observation.ts';
import { type ManagedSite, routeName } from './site.ts';

/** Why a managed route cannot be moved: a clause for status, explain and the health probe. */
export function foreignRouteFault(route: RouteFact, site: Pick<ManagedSite, 'topology' | 'name' | 'region'>): string {
  const { table, target, origin = 'static', controller } = route;
  const name = `managed route ${routeName(route)}`;
  if (controller !== undefined && controller !== controllerOf(site))
    return `${name} has another controller: ${table} is marked by stack ${controller}; ${otherControllerAdvice(controller, table, site.region)}`;
  if (target === undefined) return `${name} is MISSING`;
  if (origin === 'static') return `${name} is foreign: it points at ${target}`;
  return `${name} is foreign: it is ${origin} (${target}), not static`;
}
