import type { Begun } from '#simulator/begun-swap.ts';
import { isEvacuation } from './evacuation.ts';
import type { Invariant } from './invariant.ts';
import { REPORTED_MS } from './needless-swap.ts';

const TESTIMONY_MS = 35_000;

export const lostSight: Invariant = {
  name: 'lost-sight',
  holds: 'two healthy routers that only lose sight of each other move routes at most once, as long as it lasts',
  watch: (site) => ({
    begun: (swap: Begun) => {
      const { run, automatic, from, to } = swap;
      const now = site.world.time.now();
      const { log } = site.world.truth;
      const since = log[from.key].since('blind');
      if (!automatic || isEvacuation(swap) || since === undefined || log[to.key].since('blind') === undefined)
        return undefined;
      const well = [from, to].every(
        ({ key }) => log[key].always('fit', since, now) && log[key].always('sound', since, now),
      );
      // Whoever says that it has noticed the failure just now, and has not, is another one's fault.
      const accused = (site.accusedAt.get(from.key) ?? Number.NEGATIVE_INFINITY) > now - REPORTED_MS;
      const testified = [from, to].some(({ key }) => site.ledger.testimoniesAgainst(key, now - TESTIMONY_MS) > 1);
      if (!well || accused || testified) return undefined;
      const before = site.swaps.filter(
        (other) => other.automatic && !isEvacuation(other) && other.effects > 0 && other.at >= since,
      );
      return before.length === 0
        ? undefined
        : `${run.id} takes the routes from ${from.name}, too: both are well, and only blind to each other since ${before[0]?.run.id} did`;
    },
  }),
};
