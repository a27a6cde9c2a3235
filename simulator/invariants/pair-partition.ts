import type { BegunSwap } from '#simulator/begun-swap.ts';
import { isEvacuation } from './evacuation.ts';
import type { Invariant } from './invariant.ts';
import { REPORTED_MS } from './needless-swap.ts';

const TESTIMONY_MS = 35_000;

export const pairPartition: Invariant = {
  name: 'pair-partition',
  holds: 'two healthy routers that only lose contact with each other move routes at most once per partition',
  watch: (site) => ({
    begun: (swap: BegunSwap) => {
      const { run, automatic, from, to } = swap;
      const now = site.world.time.now();
      const { log } = site.world.truth;
      const since = log[from.key].since('peer-unseen');
      if (!automatic || isEvacuation(swap) || since === undefined || log[to.key].since('peer-unseen') === undefined)
        return undefined;
      const well = [from, to].every(
        ({ key }) => log[key].always('fit', since, now) && log[key].always('intact', since, now),
      );
      // A false report of a new failure is not the product's fault.
      const accused = (site.falselyReportedAt.get(from.key) ?? Number.NEGATIVE_INFINITY) > now - REPORTED_MS;
      const testified = [from, to].some(({ key }) => site.ledger.witnessReportsAgainst(key, now - TESTIMONY_MS) > 1);
      if (!well || accused || testified) return undefined;
      const before = site.swaps.filter(
        (other) => other.automatic && !isEvacuation(other) && other.effects > 0 && other.at >= since,
      );
      return before.length === 0
        ? undefined
        : `${run.id} moves the routes again, from ${from.name}: both routers are healthy and only lost contact with each other, after ${before[0]?.run.id} had moved them`;
    },
  }),
};
