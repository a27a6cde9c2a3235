import { isSwapUnderWay } from '#failover/stored-state.ts';
import type { Check } from '../check.ts';

export const swapUnfinished: Check = {
  id: 'swap-unfinished',
  severity: 'degraded',
  readsTable: true,
  check({ view, next, observation: { stored, at } }) {
    const { unfinished } = stored;
    if (unfinished === undefined || isSwapUnderWay(stored, at)) return { found: [] };
    const swap = `swap ${unfinished.epoch}`;
    if (unfinished.noneAtTarget === true) {
      const says = `${swap} is not recorded as finished, and no route is at its target: it moved none, or they were moved back`;
      const remedy = `It is not tried again, and is closed as soon as the router that has the routes is proven fit. Run ${next('explain', view.name)}.`;
      return { found: [{ where: view.name, says, remedy }] };
    }
    const left = unfinished.remaining === undefined ? '' : `, ${unfinished.remaining.count} of its routes are left`;
    const says = `${swap} is not finished${left}`;
    const remedy = `Run ${next('history', view.name)}: it has EC2's reason for each route. The next round of the probe tries again.`;
    return { found: [{ where: view.name, says, remedy }] };
  },
};
