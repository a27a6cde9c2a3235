import { ROUTERS } from '#simulator/sites.ts';
import { unfitness } from './fitness.ts';
import type { Invariant } from './invariant.ts';

const HOLDING: readonly string[] = ['hold-down', 'too-many-swaps', 'owner-healthy', 'second-witness-missing'];

export const certainHeldBack: Invariant = {
  name: 'certain-held-back',
  holds:
    'hold-down, the limit of an hour, a veto and a missing witness hold back suspicions only, never a failure that EC2 itself tells of',
  watch: (site) => ({
    ended: (run, answer) => {
      const owner = site.pair.find(({ eni }) => run.evidence.routes?.some(({ target }) => target === eni));
      if (answer === undefined || owner === undefined || !HOLDING.includes(answer.reason)) return undefined;
      if (!run.evidence.certainlyFailed(owner)) return undefined;
      if (run.request.kind === 'report' && run.request.subject !== owner.key) return undefined;
      const split = new Set(run.evidence.routes?.map(({ target }) => target)).size > 1;
      if (split || unfitness(run, ROUTERS[owner.peer], site.ledger, true) !== undefined) return undefined;
      return `${run.id} leaves ${owner.name}, of which EC2 reports that it has failed, with the routes (${answer.reason})`;
    },
  }),
};
