import { ROUTERS } from '#simulator/sites.ts';
import { isEvacuation } from './evacuation.ts';
import type { Invariant } from './invariant.ts';

/** A reading of the probe counts for 90 s, and the run that acts on it takes its time. */
const READ_MS = 105_000;
/** A report is at most 10 s old, about a peer that was asked at most 10 s before; and its run takes its time. */
export const REPORTED_MS = 25_000;

export const needlessSwap: Invariant = {
  name: 'needless-swap',
  holds:
    'no automatic swap from an owner that has truly carried the traffic, by a path or a detour, for as long as a reading counts, while nobody who could know accused it: its peer, blind to it or by a goodbye or false alarm of its own',
  watch: (site) => ({
    begun: (swap) => {
      const { run, automatic, from, reason } = swap;
      const now = site.world.time.now();
      const { log } = site.world.truth;
      if (!automatic || isEvacuation(swap) || !log[from.key].always('carries', now - READ_MS, now)) return undefined;
      const blind = log[ROUTERS[from.key].peer].ever('blind', now - REPORTED_MS, now);
      const accused = (site.accusedAt.get(from.key) ?? Number.NEGATIVE_INFINITY) > now - REPORTED_MS;
      return blind || accused
        ? undefined
        : `${run.id} takes the routes from ${from.name}, which carries them (${reason})`;
    },
  }),
};
