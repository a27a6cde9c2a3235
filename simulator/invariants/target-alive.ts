import { routerAt } from '#simulator/sites.ts';
import type { Invariant } from './invariant.ts';

/** A reading counts for 90 s; the run, and a clock that is a little off, take the rest. */
const LONGEST_MS = 125_000;

export const targetAlive: Invariant = {
  name: 'target-alive',
  holds:
    'no route moves to a router that has carried no traffic for the last two minutes, unless EC2 reports the owner as failed',
  watch: (site) => ({
    written: (run, target, late) => {
      const to = routerAt(target);
      const now = site.world.time.now();
      if (to === undefined || late || now - site.startedAt < LONGEST_MS) return undefined;
      if (site.swaps.findLast((swap) => swap.run === run)?.certain === true) return undefined;
      const had = site.world.truth.log[to.key].ever('path', now - LONGEST_MS, now);
      return had ? undefined : `${run.id} moves to ${to.name}, which has had no path for ${LONGEST_MS / 1000} s`;
    },
  }),
};
