import type { Invariant } from './invariant.ts';

export const holdDown: Invariant = {
  name: 'hold-down',
  holds:
    "between an automatic swap and one on suspicion lies the policy's time; whatever is no end or repair of the last one counts",
  watch: (site) => ({
    begun: (swap) => {
      if (swap.epoch === undefined) return undefined;
      if (swap.automatic && !swap.countsAsAutomatic) return `${swap.run.id} begins a swap that does not count`;
      const resumed = swap.before?.finished === false && swap.before.journal.to.eni === swap.to.eni;
      const repairs = swap.before?.journal.to.eni === swap.to.eni && [...site.targets().values()].includes(swap.to.eni);
      if (repairs && swap.countsAsAutomatic && !resumed)
        return `${swap.run.id} repairs a swap, and counts it as a new one`;
      if (resumed && swap.countsAsAutomatic) return `${swap.run.id} finishes a swap, and counts it as a new one`;
      if (!swap.automatic || swap.certain) return undefined;
      const last = Math.max(...site.automaticSwaps(swap.run.evidence.askedAt), Number.NEGATIVE_INFINITY);
      // The decision is a little older than the write that begins the swap.
      const rested = swap.run.evidence.completeAt - last;
      return rested < site.world.site.policy.holdDownMs
        ? `${swap.run.id} swaps ${rested} ms after the last`
        : undefined;
    },
  }),
};
