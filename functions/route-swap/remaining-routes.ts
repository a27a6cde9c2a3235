import { createHash } from 'node:crypto';
import { routeName } from '#failover/site.ts';
import type { RefusedRoute, RemainingRoutes } from '#failover/stored-state.ts';

/** The store has them in the item of the lease, which has 400 KB at most. */
const ROUTES_KEPT = 10;

/** Routes that a swap left, in a form that stays small; undefined: none. */
export function remainingOf(routes: readonly RefusedRoute[]): RemainingRoutes | undefined {
  if (routes.length === 0) return undefined;
  const names = routes.map(routeName).toSorted();
  const digest = createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 16);
  const first = routes.slice(0, ROUTES_KEPT).map(({ table, destination, why }) => ({ table, destination, why }));
  return { count: names.length, digest, routes: first };
}
