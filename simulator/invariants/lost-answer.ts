import type { Invariant } from './invariant.ts';

export const lostAnswer: Invariant = {
  name: 'lost-answer',
  holds:
    'a run that took the lease continues even if the answer of that write was lost; it does not end without a call while it holds the lease',
  watch: (site) => ({
    ended: (run) => {
      const { lease } = site;
      const swap = site.swaps.findLast((each) => each.run === run);
      if (run.ended === 'crashed' || run.ended === 'timed out' || swap === undefined || run.storeFailed > 1)
        return undefined;
      if (swap.issued > 0 || lease?.journal.run !== run.id || lease.finished) return undefined;
      const word = site.pause !== undefined || site.maintenance.size > 0;
      const toMove = [...site.targets().values()].some((target) => target === swap.from.eni);
      return toMove && !word && lease.leasedUntil > site.world.time.now()
        ? `${run.id} took the lease and did nothing`
        : undefined;
    },
  }),
};
