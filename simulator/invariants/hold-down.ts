import type { Invariant } from './invariant.ts';

export const holdDown: Invariant = {
  name: 'hold-down',
  holds:
    "an automatic swap on suspicion begins no sooner after the last automatic swap than the policy's hold-down; a swap that finishes or repairs the last one does not count",
  watch: (site) => ({
    begun: (swap) => {
      if (swap.epoch === undefined) return undefined;
      if (swap.automatic && !swap.countsAsAutomatic) return `${swap.run.id} begins a swap that does not count`;
      // After one to the same router that moved no route, a swap may count in its place.
      const replaces = swap.retried !== undefined && swap.countsAsAutomatic;
      const resumed =
        !replaces && !swap.automatic && swap.before?.finished === false && swap.before.journal.to.eni === swap.to.eni;
      const repairs = swap.before?.journal.to.eni === swap.to.eni && [...site.targets().values()].includes(swap.to.eni);
      if (repairs && swap.countsAsAutomatic && !resumed)
        return `${swap.run.id} repairs a swap, and counts it as a new one`;
      if (resumed && swap.countsAsAutomatic) return `${swap.run.id} finishes a swap, and counts it as a new one`;
      if ((!swap.automatic && !replaces) || swap.certain) return undefined;
      const last = Math.max(...site.automaticSwaps(swap.run.evidence.storeAskedAt), Number.NEGATIVE_INFINITY);
      // The decision is a little older than the write that begins the swap.
      const rested = swap.run.evidence.completeAt - last;
      return rested < site.world.site.policy.holdDownMs
        ? `${swap.run.id} swaps ${rested} ms after the last`
        : undefined;
    },
  }),
};
