import type { RouteFact } from './observation.ts';
import { routeName } from './site.ts';

/** Why a managed route cannot be moved: a clause for status, explain and the health probe. */
export function foreignRouteFault(route: RouteFact): string {
  const { target, origin = 'static' } = route;
  const name = `managed route ${routeName(route)}`;
  if (target === undefined) return `${name} is MISSING`;
  if (origin === 'static') return `${name} is foreign: it points at ${target}`;
  return `${name} is foreign: it is ${origin} (${target}), not static`;
}
