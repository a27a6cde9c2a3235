import { arnOf } from '#simulator/http-event.ts';
import { ROUTER_KEYS } from '#simulator/sites.ts';
import type { Invariant } from './invariant.ts';

export const authorizedCallers: Invariant = {
  name: 'authorized-callers',
  holds: 'a caller that is not the role and the instance of a router gets 403, whatever its session name',
  watch: () => {
    const speakers = new Set(ROUTER_KEYS.map(arnOf));
    return {
      answered: (run, caller, status) =>
        status === 403 || speakers.has(caller) ? undefined : `${caller} is answered ${status} (${run.id})`,
    };
  },
};
