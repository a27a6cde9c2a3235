import type { Check } from '../check.ts';
import { whenRead } from '../outcome.ts';
import type { ThrottledCalls } from '../throttle-metrics.ts';

export const throttled: Check = {
  id: 'throttled',
  severity: 'attention',
  check: ({ throttled: calls, siteRef: { site } }) =>
    whenRead(calls, (all) =>
      all.map(({ by, what, times }) => ({
        where: site.name,
        says: `${by} has throttled ${what} ${times === 1 ? 'once' : `${times} times`} in the last 24 hours`,
        remedy: REMEDIES[by],
      })),
    ),
};

const REMEDIES: Readonly<Record<ThrottledCalls['by'], string>> = {
  EC2: 'CloudTrail names the callers of the account; fewer routes, or a higher rate from AWS Support, make a failover faster (docs/many-pairs.md).',
  Lambda:
    'Raise reservedConcurrency in the topology and deploy, or request an increase of the quota "Concurrent executions" in Service Quotas (docs/runbook.md, swap-throttled).',
  'API Gateway':
    'The access log of the API names the callers (docs/runbook.md, api-throttled); request an increase of the quota "Throttle rate" of API Gateway in Service Quotas.',
  DynamoDB: 'Raise or remove the maximum throughput of the table, and see in CloudTrail who else uses it.',
};
