import type { Check } from '../check.ts';
import { whenRead } from '../outcome.ts';

/** Four functions of the site, each of which may run twice at a time, and a report of each router. */
const LEAST = 10;

export const lambdaConcurrency: Check = {
  id: 'lambda-concurrency',
  severity: 'degraded',
  check: ({ concurrency, siteRef: { site } }) =>
    whenRead(concurrency, ({ limit, unreserved }) =>
      unreserved >= LEAST
        ? []
        : [
            {
              where: site.name,
              says: `Lambda runs ${limit} functions at once for the account in ${site.region}, ${unreserved} of them without reservation: others can delay the probe and the messages`,
              remedy:
                'Request an increase of the quota "Concurrent executions" in Service Quotas; new accounts may have 10.',
            },
          ],
    ),
};
