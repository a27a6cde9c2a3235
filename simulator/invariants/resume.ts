import type { Invariant } from './invariant.ts';

export const resume: Invariant = {
  name: 'resume',
  holds: 'only a swap that began is finished or repaired, and only towards its own target',
  watch: (site) => ({
    begun: ({ run, automatic, countsAsAutomatic, epoch, to }) => {
      if (epoch === undefined || run.request.kind === 'operator' || countsAsAutomatic || !automatic) return undefined;
      return site.lease === undefined
        ? undefined
        : `${run.id} finishes a swap to ${to.name} that did not begin this way`;
    },
  }),
};
