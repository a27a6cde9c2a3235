import { createHash } from 'node:crypto';
import { type ManagedRoute, routeName } from '#failover/site.ts';
import type { RemainingRoutes } from '#failover/stored-state.ts';

/** Routes that a swap left, in a form that stays small; undefined: none. */
export function remainingOf(routes: readonly ManagedRoute[]): RemainingRoutes | undefined {
  if (routes.length === 0) return undefined;
  const names = routes.map(routeName).toSorted();
  return { count: names.length, digest: createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 16) };
}
