import { ROUTERS } from '#simulator/sites.ts';
import { unfitness } from './fitness.ts';
import type { Invariant } from './invariant.ts';

const HOLDING: readonly string[] = ['hold-down', 'too-many-swaps', 'owner-healthy', 'second-witness-missing'];

export const certainFailureNotHeld: Invariant = {
  name: 'certain-failure-not-held',
  holds:
    'hold-down, the hourly limit, a veto and a missing witness delay only suspected failures, never a failure that EC2 reports',
  watch: (site) => ({
    ended: (run, answer) => {
      const owner = site.pair.find(({ eni }) => run.evidence.routes?.some(({ target }) => target === eni));
      if (answer === undefined || owner === undefined || !HOLDING.includes(answer.reason)) return undefined;
      if (!run.evidence.certainlyFailed(owner)) return undefined;
      if (run.request.kind === 'report' && run.request.subject !== owner.key) return undefined;
      const split = new Set(run.evidence.routes?.map(({ target }) => target)).size > 1;
      if (split || unfitness(run, ROUTERS[owner.peer], site.ledger, true) !== undefined) return undefined;
      return `${run.id} leaves ${owner.name}, which EC2 reports as failed, with the routes (${answer.reason})`;
    },
  }),
};
