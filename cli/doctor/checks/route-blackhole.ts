import { routeName } from '#failover/site.ts';
import type { Check } from '../check.ts';

export const routeBlackhole: Check = {
  id: 'route-blackhole',
  severity: 'down',
  check: ({ view, next, observation: { routes } }) => ({
    found: routes
      .filter(({ state }) => state === 'blackhole')
      .map((route) => ({
        where: routeName(route),
        says: `EC2 reports the route as blackhole: its target ${route.target ?? ''} is not available`,
        remedy: `Repair the target, or move the routes: ${next('explain', view.name)} shows why they have not moved.`,
      })),
  }),
};
