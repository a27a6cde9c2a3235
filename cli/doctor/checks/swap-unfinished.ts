import { isSwapUnderWay } from '#failover/stored-state.ts';
import type { Check } from '../check.ts';

export const swapUnfinished: Check = {
  id: 'swap-unfinished',
  severity: 'degraded',
  check({ view, observation: { stored, at } }) {
    const { unfinished } = stored;
    if (unfinished === undefined || isSwapUnderWay(stored, at)) return { found: [] };
    const left = unfinished.remaining === undefined ? '' : `, ${unfinished.remaining.count} of its routes are left`;
    const says = `swap ${unfinished.epoch} is not finished${left}`;
    const remedy = `Run vyos-failover history ${view.name}: it has EC2's reason for each route. The next round of the probe tries again.`;
    return { found: [{ where: view.name, says, remedy }] };
  },
};
