import type { Invariant } from './invariant.ts';

const HOUR_MS = 3_600_000;

export const swapRate: Invariant = {
  name: 'swap-rate',
  holds: 'no hour has more automatic swaps than the policy allows; swaps for certain failures do not count',
  watch: (site) => ({
    begun: ({ automatic, certain, run, epoch }) => {
      if (!automatic || certain || epoch === undefined) return undefined;
      const lastHour = site
        .automaticSwaps(run.evidence.storeAskedAt)
        .filter((at) => run.evidence.completeAt - at < HOUR_MS).length;
      return lastHour >= site.world.site.policy.maxSwapsPerHour
        ? `${run.id} begins swap ${lastHour + 1} of this hour`
        : undefined;
    },
  }),
};
