import type { RouteFact } from '#failover/observation.ts';
import { routeName, routersOf } from '#failover/site.ts';
import { type SwapStep, stepsMissedByPlan, unfinishedSteps } from '#failover/swap-plan.ts';
import type { SwapRun } from './swap-run.ts';

/** Steps that are not done by what EC2 shows now; all of them if it does not answer. */
export async function readBack(run: SwapRun): Promise<readonly SwapStep[]> {
  const { plan, steps, tools } = run;
  if (steps.length === 0) return [];
  run.observedAt = tools.now();
  try {
    const routes = await tools.describeRoutes(tools.site.routes);
    steps.push(...stepsMissedByPlan({ ...plan, steps }, routes, tools.site));
    const open = unfinishedSteps({ ...plan, steps }, routes);
    noteArrivals(run, open);
    noteStrangers(run, open, routes);
    return open;
  } catch (error) {
    tools.log.warn('Reading the routes back failed; trying again', { error });
    return steps;
  }
}

function noteArrivals({ steps, attempts, tools }: SwapRun, open: readonly SwapStep[]): void {
  const stillOpen = new Set(open);
  const at = tools.now();
  for (const step of steps) {
    if (!stillOpen.has(step)) attempts.set(step, { kind: 'arrived', at, why: 'it was there, and is not any more' });
  }
}

/** Routes that somebody took from the pair since they were planned: ours no more, whatever was asked for before. */
function noteStrangers({ attempts, tools }: SwapRun, open: readonly SwapStep[], routes: readonly RouteFact[]): void {
  const pair: readonly (string | undefined)[] = routersOf(tools.site).map(({ eni }) => eni);
  const targets = new Map(routes.map((route) => [routeName(route), route.target]));
  for (const step of open) {
    const target = targets.get(routeName(step));
    if (pair.includes(target)) continue;
    const why =
      target === undefined ? 'there is no such route any more' : `it points at ${target} now, which is not ours`;
    attempts.set(step, { kind: 'final', at: tools.now(), why });
  }
}
