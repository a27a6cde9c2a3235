import { fitnessOf } from '#failover/fitness.ts';
import { type Observation, routesOfThePair } from '#failover/observation.ts';
import { routersOf } from '#failover/site.ts';
import { isTrafficLost } from '#failover/traffic-loss.ts';
import type { ProbePorts } from './ports.ts';

/** Emits what the dashboard and the alarms show of a round: where the routes are, which router is unfit, whether traffic is lost. */
export function measureSite(observation: Observation, { metric, routerMetric }: ProbePorts): void {
  metric('RoutesAtStandby', shareAtStandby(observation));
  if (isTrafficLost(observation)) metric('TrafficLost', 1);
  for (const router of routersOf(observation.site))
    if (!fitnessOf(observation, router).fit) routerMetric('RouterUnfit', 1, router.name);
}

/** Percent of the pair's routes. */
function shareAtStandby(observation: Observation): number {
  const routes = routesOfThePair(observation);
  const { standby } = observation.site.routers;
  const there = routes.filter(({ target }) => target === standby.eni);
  return routes.length === 0 ? 0 : Math.round((there.length / routes.length) * 100);
}
