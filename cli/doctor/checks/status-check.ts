import { factsOf } from '#failover/observation.ts';
import { routersOf } from '#failover/site.ts';
import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

export const statusCheck: Check = {
  id: 'status-check',
  severity: 'degraded',
  check(facts) {
    const { found } = onEachRouter(facts, ({ router, facts: { statusChecks } }) =>
      statusChecks === 'impaired'
        ? [
            {
              where: router.name,
              says: "EC2's status check of its instance is impaired",
              remedy:
                'Move the routes away from it, then stop and start the instance, which moves it to other hardware.',
            },
          ]
        : [],
    );
    const { observation } = facts;
    const unread = routersOf(observation.site).filter((router) => {
      const { instance, statusChecks } = factsOf(observation, router);
      return instance === 'running' && statusChecks === 'unknown';
    });
    if (unread.length === 0) return { found };
    return { found, unchecked: unread.map(({ name }) => `${name}: EC2 has no data of its status checks`).join('; ') };
  },
};
