import type { Invariant } from './invariant.ts';

export const lease: Invariant = {
  name: 'lease',
  holds: 'no run takes a lease that has not ended',
  watch: (site) => ({
    begun: ({ run, before, epoch }) => {
      const left = (before?.leasedUntil ?? 0) - site.world.time.now();
      if (epoch === undefined || left <= 0 || before?.journal.run === run.id) return undefined;
      return `${run.id} takes the lease of ${before?.journal.run}, which has ${left} ms left`;
    },
  }),
};
