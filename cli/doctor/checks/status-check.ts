import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

export const statusCheck: Check = {
  id: 'status-check',
  severity: 'degraded',
  check: (facts) =>
    onEachRouter(facts, ({ router, facts: { statusChecks } }) =>
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
    ),
};
