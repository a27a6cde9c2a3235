import type { Invariant } from './invariant.ts';

export const oneRunPerEpoch: Invariant = {
  name: 'one-run-per-epoch',
  holds: 'no two runs hold the same epoch',
  watch: (site) => ({
    begun: ({ epoch, run }) => {
      const earlier = site.begunSwaps.find((swap) => epoch !== undefined && swap.epoch === epoch && swap.run !== run);
      return earlier && `${run.id} and ${earlier.run.id} both hold epoch ${epoch}`;
    },
  }),
};
