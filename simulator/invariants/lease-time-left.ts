import { LEASE_MS } from '#failover/limits.ts';
import type { Invariant } from './invariant.ts';

/** The longest that EC2 may take for a call before its client gives up. */
const CALL_MS = 2_000;

export const leaseTimeLeft: Invariant = {
  name: 'lease-time-left',
  holds: `no call is made when the remaining lease (${LEASE_MS / 1000} s, renewed) is shorter than the longest call (2 s); the next run could otherwise start while the call is in progress`,
  watch: (site) => ({
    issued: (run) => {
      const { lease } = site;
      if (site.bypasses(run) || lease?.journal.run !== run.id) return undefined;
      const left = lease.leasedUntil - site.world.time.now();
      return left >= CALL_MS ? undefined : `${run.id} issues a call ${left} ms before its lease ends`;
    },
  }),
};
