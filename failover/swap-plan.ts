import { type Observation, type RouteFact, routesOfThePair } from './observation.ts';
import { type ManagedRoute, type ManagedRouter, type ManagedSite, routeName } from './site.ts';

/**
 * A swap as data. The invariant: every step moves one existing route of the pair to one fit router, so before, between
 * and after the steps each route has a target; any subset of the steps may run, in any order, any number of times.
 */
export interface SwapPlan {
  /** Router name and the interface that the routes shall point at. */
  readonly to: { readonly router: string; readonly eni: string };
  /** Most important first. */
  readonly steps: readonly SwapStep[];
}

/** One ReplaceRoute. */
export interface SwapStep extends ManagedRoute {
  /** The target that was seen; for the record, EC2 cannot check it. */
  readonly from: string;
}

/** The steps that are still to do to bring every route of the pair to `to`. Routes that are there need none. */
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

/** Steps of the plan whose route is not yet at the new owner and `active`, by what was just read. */
export function unfinishedSteps(plan: SwapPlan, routes: readonly RouteFact[]): readonly SwapStep[] {
  const now = new Map(routes.map((route) => [routeName(route), route]));
  return plan.steps.filter((step) => {
    const route = now.get(routeName(step));
    return route?.target !== plan.to.eni || route.state !== 'active';
  });
}

/**
 * Steps that the plan lacks: the look that it was made of showed an older moment, in which these routes were where the
 * plan would bring them. Only routes of the other router of the pair.
 */
export function stepsMissedByPlan(
  plan: SwapPlan,
  routes: readonly RouteFact[],
  site: ManagedSite,
): readonly SwapStep[] {
  const planned = new Set(plan.steps.map(routeName));
  const pair = new Set([site.routers.active.eni, site.routers.standby.eni]);
  return routes.flatMap((route) => {
    const { table, destination, target, origin } = route;
    const left = origin === 'static' && target !== undefined && target !== plan.to.eni && pair.has(target);
    return left && !planned.has(routeName(route)) ? [{ table, destination, from: target }] : [];
  });
}

function assertInvariant(plan: SwapPlan, observation: Observation): void {
  const pair = new Set([observation.site.routers.active.eni, observation.site.routers.standby.eni]);
  const managed = new Set(observation.site.routes.map(routeName));
  for (const step of plan.steps) {
    if (!managed.has(routeName(step)) || !pair.has(step.from) || !pair.has(plan.to.eni)) {
      throw new Error(`Plan would touch what is not ours: ${routeName(step)} at ${step.from} to ${plan.to.eni}`);
    }
  }
}
