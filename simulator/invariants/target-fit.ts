import { routerAt } from '#simulator/sites.ts';
import { unfitness } from './fitness.ts';
import type { Invariant } from './invariant.ts';

export const targetFit: Invariant = {
  name: 'target-fit',
  holds: 'every call that takes effect targets a router that was proven fit by what its run had observed',
  watch: (site) => ({
    written: (run, target) => {
      const to = routerAt(target);
      if (to === undefined) return undefined;
      const why = unfitness(run, to, site.ledger);
      return why && `${run.id} moves to ${to.name}, although ${why}`;
    },
  }),
};
