import type { Invariant } from './invariant.ts';

export const lease: Invariant = {
  name: 'lease',
  holds: 'no run takes a lease that has not ended, or replaces the record of a swap that it has not read',
  watch: (site) => ({
    leased: (run, before, { itemBefore }) => {
      if (itemBefore !== undefined && itemBefore?.epoch !== before?.epoch)
        return `${run.id} replaces swap ${before?.epoch}, which it has not read`;
      const left = (before?.leasedUntil ?? 0) - site.world.time.now();
      if (left <= 0 || before?.journal.run === run.id) return undefined;
      return `${run.id} takes the lease of ${before?.journal.run}, which has ${left} ms left`;
    },
  }),
};
