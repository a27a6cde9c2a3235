import { leastDurationMs } from '#failover/call-pacer.ts';
import { duration } from '../../output/time.ts';
import { SLOW_SWAP_MS } from '../../slow-swap.ts';
import type { Check } from '../check.ts';
import { whenRead } from '../outcome.ts';

/**
 * Pairs do not know of each other: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html counts per account and Region.
 */
export const throttleShared: Check = {
  id: 'throttle-shared',
  severity: 'attention',
  check: ({ tables, siteRef: { site } }) =>
    whenRead(tables, (all) => {
      const pairs = new Set(all.map(({ controller }) => controller)).size;
      const routes = all.reduce((sum, { atInterfaces }) => sum + atInterfaces, 0);
      const ms = leastDurationMs(routes);
      if (pairs < 2 || ms <= SLOW_SWAP_MS) return [];
      const first = leastDurationMs(pairs);
      return [
        {
          where: site.name,
          says:
            `${pairs} pairs of the account share EC2's throttle in ${site.region}: if all of them fail at once, their ${routes} routes take ${duration(ms)} at least` +
            (first > 0 ? `, and the most important route of the last pair ${duration(first)}` : ''),
          remedy:
            'Use one prefix list as destination where a table has many routes, put active routers into different Availability Zones, or request a higher rate of ReplaceRoute (docs/many-pairs.md).',
        },
      ];
    }),
};
