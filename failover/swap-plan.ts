import { isOfThePair, type Observation, type RouteFact, routesOfThePair } from './observation.ts';
import { type ManagedRoute, type ManagedRouter, type ManagedSite, routeName, routerAt } from './site.ts';

/**
 * A swap as data. The invariant: every step moves one existing route of the pair to one fit router. So every route has a target
 * before, between and after the steps, and any subset of the steps may run in any order and any number of times.
 */
export interface SwapPlan {
  /** The target router, and its interface that the routes are to point at. */
  readonly to: { readonly router: string; readonly eni: string };
  /** Most important first. */
  readonly steps: readonly SwapStep[];
}

/** One ReplaceRoute. */
export interface SwapStep extends ManagedRoute {
  /** The target before the step; for the record, EC2 has no compare-and-set. */
  readonly from: string;
}

/** The steps that bring every route of the pair to `to`. Routes that are there already need none. */
export function planSwap(observation: Observation, to: ManagedRouter): SwapPlan {
  const plan: SwapPlan = {
    to: { router: to.name, eni: to.eni },
    steps: routesOfThePair(observation)
      .filter((route) => route.target !== to.eni)
      .map(({ table, destination, target }) => ({ table, destination, from: target ?? '' })),
  };
  assertInvariant(plan, observation);
  return plan;
}

/** Steps of the plan whose route is not yet at the target and `active`, by the routes just read. */
export function unfinishedSteps(plan: SwapPlan, routes: readonly RouteFact[]): readonly SwapStep[] {
  const now = new Map(routes.map((route) => [routeName(route), route]));
  return plan.steps.filter((step) => {
    const route = now.get(routeName(step));
    return route?.target !== plan.to.eni || route.state !== 'active';
  });
}

/**
 * Steps that the plan lacks because EC2's read was stale: it showed these routes at the target, and they are at its peer.
 */
export function stepsMissedByPlan(
  plan: SwapPlan,
  routes: readonly RouteFact[],
  site: ManagedSite,
): readonly SwapStep[] {
  const planned = new Set(plan.steps.map(routeName));
  return routes.flatMap((route) => {
    const { table, destination, target = '' } = route;
    const left = isOfThePair(route, site) && target !== plan.to.eni;
    return left && !planned.has(routeName(route)) ? [{ table, destination, from: target }] : [];
  });
}

function assertInvariant(plan: SwapPlan, observation: Observation): void {
  const isOurs = (eni: string) => routerAt(observation.site, eni) !== undefined;
  const managed = new Set(observation.site.routes.map(routeName));
  for (const step of plan.steps) {
    if (!managed.has(routeName(step)) || !isOurs(step.from) || !isOurs(plan.to.eni)) {
      throw new Error(
        `Plan would replace a route that is not managed: ${routeName(step)} at ${step.from} to ${plan.to.eni}`,
      );
    }
  }
}
