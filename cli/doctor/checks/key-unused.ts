import type { Check } from '../check.ts';
import { onEachExamined } from '../site-facts.ts';

/** A key that was rotated in SSM and not pushed: the tunnel lasts until the next IKE exchange. */
export const keyUnused: Check = {
  id: 'key-unused',
  severity: 'degraded',
  check: (facts) =>
    onEachExamined(facts, (router, { keys }) =>
      Object.entries(keys)
        .filter(([, { used }]) => used === false)
        .map(([name]) => ({
          where: router,
          says: `IPsec does not use the stored value of ${name}`,
          remedy: 'Run vyos-failover config push: it pushes both ends of the tunnel together.',
        })),
    ),
};
