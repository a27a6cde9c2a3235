import { holdsRoutes } from '#failover/observation.ts';
import { routersOf } from '#failover/site.ts';
import { isSwapUnderWay } from '#failover/stored-state.ts';
import type { Check } from '../check.ts';

export const routesSplit: Check = {
  id: 'routes-split',
  severity: 'degraded',
  check({ view, observation, next }) {
    const { site, stored, at } = observation;
    const isSplit = routersOf(site).every((router) => holdsRoutes(observation, router));
    if (!isSplit || isSwapUnderWay(stored, at)) return { found: [] };
    const remedy = `Run ${next('switchover', view.name, '--to', site.routers.active.name, '--reason', 'ends the split')}, or to ${site.routers.standby.name}.`;
    return { found: [{ where: view.name, says: 'the managed routes point at both routers of the pair', remedy }] };
  },
};
