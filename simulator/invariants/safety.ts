import type { Invariant } from './invariant.ts';
import { restsOnReport } from './reports.ts';
import { mostWitnesses } from './witnesses.ts';

export const safety: Invariant = {
  name: 'safety',
  holds: "a pair with `prefer: safety` does not swap on its peer's report alone",
  watch: (site) => ({
    begun: (swap) => {
      const { run, from } = swap;
      if (!restsOnReport(swap) || site.world.site.policy.prefer !== 'safety') return undefined;
      return mostWitnesses(run, from, site) > 0
        ? undefined
        : `${run.id} swaps on the word of ${from.name}'s peer alone`;
    },
  }),
};
