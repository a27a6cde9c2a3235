import type { Invariant } from './invariant.ts';

/** By docs/api.md: how long what a suspected report observed is used. */
const PREPARED_MS = 5_000;

export const freshObservation: Invariant = {
  name: 'fresh-observation',
  holds: `a swap on a confirmed report relies on what its run observed, or on what the suspected report with the same id observed in the same environment at most ${PREPARED_MS / 1000} s before`,
  watch: () => ({
    begun: ({ run: { evidence, id, beganAt } }) => {
      if (evidence.routes === undefined) return `${id} has observed no route`;
      const age = beganAt - (evidence.prepared?.completeAt ?? beganAt);
      return evidence.isPrepared && age > PREPARED_MS ? `${id} relies on an observation of ${age} ms ago` : undefined;
    },
  }),
};
