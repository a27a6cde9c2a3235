import { ROUTERS } from '#simulator/sites.ts';
import { isEvacuation } from './evacuation.ts';
import type { Invariant } from './invariant.ts';
import { REPORTED_MS } from './needless-swap.ts';

const READ_MS = 105_000;

export const farFailure: Invariant = {
  name: 'far-failure',
  holds: 'a failure at one site causes no swap at another site whose owner is intact and has a detour',
  watch: (site) => ({
    begun: (swap) => {
      const { run, automatic, from } = swap;
      const now = site.world.time.now();
      const log = site.world.truth.log[from.key];
      const still = log.always('intact', now - READ_MS, now) && log.always('carries', now - READ_MS, now);
      if (!automatic || isEvacuation(swap) || !still || !log.ever('path', now - READ_MS, now, false)) return undefined;
      const blind = site.world.truth.log[ROUTERS[from.key].peer].ever('peer-unseen', now - REPORTED_MS, now);
      const accused = (site.falselyReportedAt.get(from.key) ?? Number.NEGATIVE_INFINITY) > now - REPORTED_MS;
      if (blind || accused) return undefined;
      return `${run.id} takes the routes from ${from.name}, which is intact: the far end of its tunnel has failed`;
    },
  }),
};
