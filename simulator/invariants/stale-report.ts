import type { Invariant } from './invariant.ts';
import { isNew, restsOnReport } from './reports.ts';

export const staleReport: Invariant = {
  name: 'stale-report',
  holds:
    'no swap on a report that is more than 10 s old, or about a failure that was detected and confirmed more than 10 s before the report',
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
