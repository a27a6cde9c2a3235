import { adviceOn, eventClause, eventsOf } from '#failover/evacuation.ts';
import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

export const scheduledEvent: Check = {
  id: 'scheduled-event',
  severity: 'attention',
  check: (facts) =>
    onEachRouter(facts, ({ router }) =>
      eventsOf(facts.observation, router).map((event) => ({
        where: router.name,
        says: eventClause(facts.observation, router, event),
        remedy: adviceOn(facts.observation, router, event).slice(
          eventClause(facts.observation, router, event).length + 2,
        ),
      })),
    ),
};
