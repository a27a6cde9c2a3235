import { fitnessOf } from '#failover/fitness.ts';
import { type Observation, routesOfThePair } from '#failover/observation.ts';
import { isAt, type ManagedRouter, routersOf } from '#failover/site.ts';
import { isTrafficLost } from '#failover/traffic-loss.ts';
import type { ProbePorts } from './ports.ts';

/** Emits what the dashboard and the alarms show of a round: where the routes are, which router is unfit, whether traffic is lost. */
export function measureSite(observation: Observation, { metric, routerMetric }: ProbePorts): void {
  const { active, standby } = observation.site.routers;
  metric('RoutesAtActive', shareAt(active, observation));
  const atStandby = shareAt(standby, observation);
  if (atStandby > 0) metric('RoutesAtStandby', atStandby);
  if (isTrafficLost(observation)) metric('TrafficLost', 1);
  for (const router of routersOf(observation.site))
    if (!fitnessOf(observation, router).fit) routerMetric('RouterUnfit', 1, router.name);
}

/** Percent of all managed routes: those at neither router are not the other's. */
function shareAt(router: ManagedRouter, observation: Observation): number {
  const there = routesOfThePair(observation).filter(({ target }) => isAt(router, target));
  return (there.length / Math.max(1, observation.routes.length)) * 100;
}
