import type { Check } from '../check.ts';
import { onEachExamined } from '../site-facts.ts';

/** The router fetches its keys itself, at a push and at its boot. */
export const keyDenied: Check = {
  id: 'key-denied',
  severity: 'degraded',
  check: (facts) =>
    onEachExamined(facts, (router, { keys }) => {
      const faults = Map.groupBy(
        Object.entries(keys).flatMap(([name, { fault }]) => (fault === undefined ? [] : [{ name, fault }])),
        ({ fault }) => fault,
      );
      return [...faults].map(([fault, names]) => ({
        where: router,
        says: `it cannot fetch ${names.length === 1 ? names[0]?.name : `${names.length} of its keys`}: ${fault}`,
        remedy: `Without credentials, attach the instance profile to the instance. For AccessDenied redeploy the site, which attaches the policy to the role, and check the KMS key; for ParameterNotFound run ${facts.next('secrets', 'create')}.`,
      }));
    }),
};
