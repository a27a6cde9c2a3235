import { arnOf } from '#simulator/http-event.ts';
import { ROUTER_KEYS } from '#simulator/sites.ts';
import type { Invariant } from './invariant.ts';

/** EC2 reads show the state before a change for at most this long. */
const STALE_MS = 2_000;

export const authorizedCallers: Invariant = {
  name: 'authorized-callers',
  holds: 'a caller that is not the role and the instance of a router gets 403, whatever its session name',
  watch: ({ world: { truth } }) => ({
    answered: (run, caller, status) => {
      if (status === 403 || ROUTER_KEYS.some((key) => caller === arnOf(key, truth.instances[key]))) return undefined;
      // What the instance before says of itself counts for nothing; its report is decided on what EC2 answers, which may be stale.
      const until = [...truth.formerInstances].find(([instance]) => caller.endsWith(`/${instance}`))?.[1];
      if (until !== undefined && (run.request.kind !== 'report' || run.beganAt <= until + STALE_MS)) return undefined;
      return `${caller} is answered ${status} (${run.id})`;
    },
  }),
};
