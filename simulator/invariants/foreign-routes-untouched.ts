import { routerAt } from '#simulator/sites.ts';
import type { Invariant } from './invariant.ts';

export const foreignRoutesUntouched: Invariant = {
  name: 'foreign-routes-untouched',
  holds: 'a foreign route does not change',
  watch: (site) => {
    const foreign = [...site.targets()].filter(([, target]) => routerAt(target) === undefined);
    return {
      written: (run) => {
        const now = site.targets();
        const moved = foreign.find(([name, target]) => now.has(name) && now.get(name) !== target);
        return moved && `${run.id} moved ${moved[0]} from ${moved[1]}`;
      },
    };
  },
};
