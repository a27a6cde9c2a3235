import { foreignRouteFault } from '#failover/foreign-route.ts';
import { foreignRoutes } from '#failover/observation.ts';
import { routeName } from '#failover/site.ts';
import type { Check } from '../check.ts';

export const routeForeign: Check = {
  id: 'route-foreign',
  severity: 'degraded',
  check: ({ observation }) => ({
    found: foreignRoutes(observation)
      .filter(({ target }) => target !== undefined)
      .map((route) => ({
        where: routeName(route),
        says: foreignRouteFault(route, observation),
        remedy:
          'Point the route at the owner by hand, after which it is managed again, or remove it from the topology and deploy.',
      })),
  }),
};
