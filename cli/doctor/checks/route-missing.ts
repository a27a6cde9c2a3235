import { isRestorable, restoreCommand } from '#failover/foreign-route.ts';
import { routeName } from '#failover/site.ts';
import type { Check } from '../check.ts';

/** A swap never creates a route (rule 7). */
export const routeMissing: Check = {
  id: 'route-missing',
  severity: 'down',
  check: ({ observation, next }) => ({
    found: observation.routes
      .filter(({ target }) => target === undefined)
      .map((route) => ({
        where: routeName(route),
        says: 'the managed route is MISSING: its traffic is lost',
        remedy: isRestorable(route, observation.site)
          ? `Run ${restoreCommand(route, observation)}`
          : `${route.table} is marked by another controller: ${next('explain', observation.site.name)} names it and how to end that. Create no route before`,
      })),
  }),
};
