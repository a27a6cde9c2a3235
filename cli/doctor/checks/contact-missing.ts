import { CONTACT_FRESH_MS } from '#failover/limits.ts';
import { duration } from '../../output/time.ts';
import type { Check } from '../check.ts';
import { onEachRouter } from '../site-facts.ts';

export const contactMissing: Check = {
  id: 'contact-missing',
  severity: 'degraded',
  readsTable: true,
  check(facts) {
    const { at } = facts.observation;
    return onEachRouter(facts, ({ router, facts: { contactAt } }) => {
      if (contactAt !== undefined && at - contactAt <= CONTACT_FRESH_MS) return [];
      const since = contactAt === undefined ? 'never' : `not for ${duration(at - contactAt)}`;
      return [
        {
          where: router.name,
          says: `it has ${since} proven that its reports arrive`,
          remedy:
            'Read /var/log/vyos-failover.log on the router: it has the answer to each attempt. The report path: docs/runbook.md#contact-missing.',
        },
      ];
    });
  },
};
