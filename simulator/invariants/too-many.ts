import type { Invariant } from './invariant.ts';

const HOUR_MS = 3_600_000;

export const tooMany: Invariant = {
  name: 'too-many',
  holds: 'an hour has no more automatic swaps than the policy allows, those of certain failures left out',
  watch: (site) => ({
    begun: ({ automatic, certain, run, epoch }) => {
      if (!automatic || certain || epoch === undefined) return undefined;
      const lastHour = site
        .automaticSwaps(run.evidence.askedAt)
        .filter((at) => run.evidence.completeAt - at < HOUR_MS).length;
      return lastHour >= site.world.site.policy.maxSwapsPerHour
        ? `${run.id} begins swap ${lastHour + 1} of this hour`
        : undefined;
    },
  }),
};
