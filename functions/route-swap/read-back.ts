import { isOfThePair, type RouteFact } from '#failover/observation.ts';
import { routeName, routerAt } from '#failover/site.ts';
import { type SwapStep, stepsMissedByPlan, unfinishedSteps } from '#failover/swap-plan.ts';
import type { SwapRun } from './swap-run.ts';

/** How often a throttled swap reads the routes, to find changes by others. */
export const READ_EVERY_MS = 2_000;
/** The same while EC2 throttles reads or writes: all pairs of the account share the throttle of reads, too. */
const LONGEST_READ_EVERY_MS = 16_000;

/** EC2 throttled a call. Each read-back that it answers shortens the time again. */
export function readLessOften(run: SwapRun): void {
  run.readEveryMs = Math.min(run.readEveryMs * 1.5, LONGEST_READ_EVERY_MS);
}

/** Steps that are not done by what EC2 shows now; all of them if it does not answer. */
export async function readBack(run: SwapRun): Promise<readonly SwapStep[]> {
  const { plan, steps, ports } = run;
  if (steps.length === 0) return [];
  run.observedAt = ports.now();
  try {
    const routes = await ports.describeRoutes(ports.site.routes);
    run.readEveryMs = Math.max(READ_EVERY_MS, run.readEveryMs * 0.75);
    steps.push(...stepsMissedByPlan({ ...plan, steps }, routes, ports.site));
    const open = unfinishedSteps({ ...plan, steps }, routes);
    noteArrivals(run, open);
    noteStrangers(run, open, routes);
    return open;
  } catch (error) {
    ports.log.warn('Reading the routes back failed; trying again', { error });
    readLessOften(run);
    return steps;
  }
}

function noteArrivals({ steps, attempts, ports }: SwapRun, open: readonly SwapStep[]): void {
  const stillOpen = new Set(open);
  const at = ports.now();
  for (const step of steps) {
    if (!stillOpen.has(step)) attempts.set(step, { kind: 'arrived', at, why: 'it was there, and is not any more' });
  }
}

/** Routes that were pointed away from the pair since they were planned: foreign now, and not touched again. */
function noteStrangers({ attempts, ports }: SwapRun, open: readonly SwapStep[], routes: readonly RouteFact[]): void {
  const now = new Map(routes.map((route) => [routeName(route), route]));
  for (const step of open) {
    const route = now.get(routeName(step));
    if (route !== undefined && isOfThePair(route, ports.site)) continue;
    const why =
      route?.target === undefined
        ? 'the route is missing now'
        : routerAt(ports.site, route.target) === undefined
          ? `it points at ${route.target} now, which is not a router of the pair`
          : `its table has another controller now (${route.controller ?? route.origin})`;
    attempts.set(step, { kind: 'final', at: ports.now(), why });
  }
}
