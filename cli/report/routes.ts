import type { SwapDetail } from '#contracts/swap-detail.ts';
import type { RouteFact } from '#failover/observation.ts';
import { type ManagedSite, routeName, routerAt } from '#failover/site.ts';

/** A managed route before and after a run. */
export interface RouteView {
  readonly table: string;
  readonly destination: string;
  /** Router name, another target's id, or `MISSING`. */
  readonly before: string;
  readonly after: string;
  /** The last error of EC2 for this route; null: none. */
  readonly error: string | null;
  readonly moved: boolean;
}

export function routeViews({ seen, routesAfter, calls }: SwapDetail): readonly RouteView[] {
  const after = new Map((routesAfter ?? seen.routes).map((route) => [routeName(route), route]));
  return seen.routes.map((route) => {
    const name = routeName(route);
    const end = after.get(name) ?? route;
    const last = calls.findLast((call) => call.route !== undefined && routeName(call.route) === name);
    return {
      table: route.table,
      destination: route.destination,
      before: targetText(route, seen.site),
      after: targetText(end, seen.site),
      error: last?.error ?? null,
      moved: route.target !== end.target,
    };
  });
}

function targetText({ target, state }: RouteFact, site: ManagedSite): string {
  if (target === undefined) return 'MISSING';
  const name = routerAt(site, target)?.name ?? target;
  return state === 'blackhole' ? `${name} (blackhole)` : name;
}
