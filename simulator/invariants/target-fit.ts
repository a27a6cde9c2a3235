import type { Run } from '#simulator/platform.ts';
import type { SiteRecord } from '#simulator/site-record.ts';
import { routerAt, type SimulatedRouter } from '#simulator/sites.ts';
import { unfitness } from './fitness.ts';
import type { Invariant } from './invariant.ts';

export const targetFit: Invariant = {
  name: 'target-fit',
  holds:
    'every call that takes effect targets a router that was proven fit by what its run had observed, and not only by what was known before the routes last left it automatically',
  watch: (site) => ({
    written: (run, target) => {
      const to = routerAt(target);
      if (to === undefined) return undefined;
      const why = unfitness(run, to, site.ledger) ?? knownOnlyFromBefore(run, to, site);
      return why && `${run.id} moves to ${to.name}, although ${why}`;
    },
  }),
};

function knownOnlyFromBefore(run: Run, router: SimulatedRouter, site: SiteRecord): string | undefined {
  // A call of the run may take effect after a later swap has begun.
  const own = site.swaps.findIndex((swap) => swap.run === run);
  const last = site.swaps.at(own === -1 ? -1 : own - 1);
  if (run.evidence.withoutStore || last === undefined || own === 0 || !last.automatic || last.from !== router)
    return undefined;
  const isNew = site.ledger.knownTo(run, router.key).some(({ path, at }) => path === true && at >= last.at);
  return isNew ? undefined : 'no path of it is known since the routes left it';
}
