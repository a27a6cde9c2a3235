import type { Check } from '../check.ts';
import { onEachExamined } from '../site-facts.ts';

export const reporterMissing: Check = {
  id: 'reporter-missing',
  severity: 'degraded',
  check: (facts) =>
    onEachExamined(facts, (router, { contact }) =>
      contact === null
        ? [
            {
              where: router,
              says: 'the reporter is not installed in /config/vyos-failover',
              remedy: `Run ${facts.next('router', 'install', facts.view.name, '--router', router)}, or install the bundle (docs/routers.md).`,
            },
          ]
        : [],
    ),
};
