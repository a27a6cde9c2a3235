import type { Check } from '../check.ts';
import { onEachExamined } from '../site-facts.ts';

/** One attempt, now, in the way of a real report: name resolution, TLS, credentials, signature, IAM, function. */
export const reportPath: Check = {
  id: 'report-path',
  severity: 'degraded',
  check: (facts) =>
    onEachExamined(facts, (router, { contact }) =>
      contact === null || contact.ok
        ? []
        : [
            {
              where: router,
              says: `a report would not arrive: ${contact.says.replace(/^no contact with the API, so a report would not arrive: /, '')}`,
              remedy:
                'For HTTP 403 check instanceRole in the topology and the policies of the role; otherwise the route to the API, name servers and TCP 443.',
            },
          ],
    ),
};
