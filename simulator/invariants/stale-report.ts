import type { Invariant } from './invariant.ts';
import { isNew, restsOnReport } from './reports.ts';

export const staleReport: Invariant = {
  name: 'stale-report',
  holds:
    'no swap on a report that is older than 10 s, or about a failure that is not new: noticed or confirmed at most 10 s before',
  watch: () => ({
    begun: (swap) => {
      const { run } = swap;
      const { request, evidence } = run;
      if (request.kind !== 'report' || !restsOnReport(swap)) return undefined;
      if (Math.abs(evidence.completeAt - request.at) > 10_000)
        return `${run.id} acts on a report that is too old or too new`;
      return isNew(request) ? undefined : `${run.id} acts on a report about a failure of long ago`;
    },
  }),
};
