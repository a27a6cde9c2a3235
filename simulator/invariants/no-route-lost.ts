import { routerAt } from '#simulator/sites.ts';
import type { Invariant } from './invariant.ts';

export const noRouteLost: Invariant = {
  name: 'no-route-lost',
  holds: 'every managed route that existed at the start still exists, with a target of the pair',
  watch: (site) => {
    const first = site.targets();
    return {
      written: (run, target) => {
        const now = site.targets();
        const lost = [...first.keys()].find((name) => !now.has(name));
        if (lost !== undefined) return `${lost} is gone (${run.id})`;
        return routerAt(target)?.site === site.world.name ? undefined : `${run.id} moved a route to ${target}`;
      },
    };
  },
};
