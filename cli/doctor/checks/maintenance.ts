import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

export const maintenance: Check = {
  id: 'maintenance',
  severity: 'attention',
  readsTable: true,
  check: (facts) =>
    onEachRouter(facts, ({ router, view }) => {
      const order = view?.maintenance ?? null;
      if (order === null) return [];
      return [
        {
          where: router.name,
          says: `${order.by} has taken it into maintenance (${order.reason}): it gets no routes`,
          remedy: `When the work is done: ${facts.next('maintenance', 'off', facts.view.name, router.name, '--reason', 'TEXT')}`,
        },
      ];
    }),
};
