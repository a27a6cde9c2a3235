import { newest } from '#simulator/ledger.ts';
import type { SessionReport } from '#simulator/session-report.ts';
import type { Invariant } from './invariant.ts';
import { noticedAt, restsOnReport } from './reports.ts';
import { mostWitnesses } from './witnesses.ts';

/** Of its reports what can be read, of its heartbeats the last: only that is kept. */
function claims(words: readonly SessionReport[]): readonly SessionReport[] {
  const own = words.filter(({ by }) => by === 'itself');
  const beat = newest(own.filter(({ heartbeat }) => heartbeat));
  return [...own.filter(({ heartbeat, path }) => !heartbeat && path !== undefined), ...(beat ? [beat] : [])];
}

/** The peer's report, or the router's own claim, may be delayed this long. */
const ON_ITS_WAY_MS = 50;

export const veto: Invariant = {
  name: 'veto',
  holds:
    'a report moves nothing from an owner that has claimed a path since the failure was detected, unless two other sources contradict the claim',
  watch: (site) => ({
    begun: (swap) => {
      const { run, from } = swap;
      const { request } = run;
      if (request.kind !== 'report' || !restsOnReport(swap)) return undefined;
      const last = newest(claims(site.ledger.knownTo(run, from.key, true)));
      const later = newest(claims(site.ledger.knownTo(run, from.key)));
      const since = (noticedAt(request) ?? Number.POSITIVE_INFINITY) + ON_ITS_WAY_MS;
      if (last?.path !== true || last.at < since || later?.path !== true) return undefined;
      if (mostWitnesses(run, from, site) >= 2) return undefined;
      return `${run.id} swaps although ${from.name} itself said after the failure was noticed that it has a path`;
    },
  }),
};
