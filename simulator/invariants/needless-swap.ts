import { ROUTERS } from '#simulator/sites.ts';
import { isEvacuation } from './evacuation.ts';
import type { Invariant } from './invariant.ts';

/** A probe reading is valid for 90 s, plus the time of the run that uses it. */
const READ_MS = 105_000;
/** A report is at most 10 s old, about a peer that was probed at most 10 s before, plus the time of its run. */
export const REPORTED_MS = 25_000;

export const needlessSwap: Invariant = {
  name: 'needless-swap',
  holds:
    'no automatic swap from an owner that carried the traffic, by a path or a detour, for as long as a reading counts, unless its peer could not reach it or sent a leave event or a false alarm',
  watch: (site) => ({
    begun: (swap) => {
      const { run, automatic, from, reason } = swap;
      const now = site.world.time.now();
      const { log } = site.world.truth;
      if (!automatic || isEvacuation(swap) || !log[from.key].always('carries', now - READ_MS, now)) return undefined;
      const blind = log[ROUTERS[from.key].peer].ever('peer-unseen', now - REPORTED_MS, now);
      const accused = (site.falselyReportedAt.get(from.key) ?? Number.NEGATIVE_INFINITY) > now - REPORTED_MS;
      return blind || accused
        ? undefined
        : `${run.id} takes the routes from ${from.name}, which carries them (${reason})`;
    },
  }),
};
