import type { Invariant } from './invariant.ts';

const UNDECIDED: readonly string[] = ['refused', 'noted'];

export const noLeaseLeft: Invariant = {
  name: 'no-lease-left',
  holds:
    'a run that decides against a swap leaves neither a lease nor a record of it, unless the store does not accept the withdrawal',
  watch: (site) => ({
    ended: (run, answer) => {
      const { lease } = site;
      if (run.ended !== 'returned' || run.storeFailed > 0 || lease?.journal.run !== run.id) return undefined;
      const left = lease.leasedUntil - site.world.time.now();
      if (lease.itemBefore !== undefined && left > 0) return `${run.id} leaves a tentative lease for ${left} ms`;
      return UNDECIDED.includes(answer?.outcome ?? '')
        ? `${run.id} answers ${answer?.outcome} (${answer?.reason}) and leaves swap ${lease.epoch}`
        : undefined;
    },
  }),
};
