import { eventsThrottle } from '#infra/api-throttles.ts';
import type { Check } from '../check.ts';
import { whenRead } from '../outcome.ts';

/** A stage's throttle limits a flood only if the account has more: the routers of other sites, and of this one, share the rest. */
export const apiQuota: Check = {
  id: 'api-quota',
  severity: 'attention',
  check: ({ quotas, siteRef: { site } }) =>
    whenRead(quotas, ({ apiRequests }) => {
      const { rateLimit } = eventsThrottle(site.region);
      return apiRequests > rateLimit
        ? []
        : [
            {
              where: site.name,
              says: `API Gateway accepts ${apiRequests} requests a second for the account in ${site.region}, and this site's API for reports alone up to ${rateLimit}: a flood of unsigned requests at one API can keep out the reports of every router`,
              remedy: `Request an increase of the quota "Throttle rate" of API Gateway in Service Quotas to ${2 * rateLimit} requests a second.`,
            },
          ];
    }),
};
