import { LEASE_MS } from '#aws/site-store.ts';
import type { Invariant } from './invariant.ts';

/** The longest that EC2 may take for a call before its client gives up. */
const CALL_MS = 2_000;

export const timeLeft: Invariant = {
  name: 'time-left',
  holds: `no call goes out when less is left of its lease (${LEASE_MS / 1000} s, renewed) than a call may take (2 s): the next run would believe that nothing is under way`,
  watch: (site) => ({
    issued: (run) => {
      const { lease } = site;
      if (site.bypasses(run) || lease?.journal.run !== run.id) return undefined;
      const left = lease.leasedUntil - site.world.time.now();
      return left >= CALL_MS ? undefined : `${run.id} issues a call ${left} ms before its lease ends`;
    },
  }),
};
