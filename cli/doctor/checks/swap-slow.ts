import { leastDurationMs } from '#failover/call-pacer.ts';
import { duration } from '../../output/time.ts';
import { SLOW_SWAP_MS } from '../../slow-swap.ts';
import type { Check } from '../check.ts';

export const swapSlow: Check = {
  id: 'swap-slow',
  severity: 'attention',
  check({ view, next, observation: { site } }) {
    const ms = leastDurationMs(site.routes.length);
    if (ms <= SLOW_SWAP_MS) return { found: [] };
    const says = `EC2's throttle makes a swap of its ${site.routes.length} routes take ${duration(ms)} at least`;
    const remedy = `Use one prefix list as destination where a table has many routes (${next('plan', view.name)} shows how), or request a higher rate of ReplaceRoute.`;
    return { found: [{ where: view.name, says, remedy }] };
  },
};
