import type { Severity } from '#contracts/alarms.ts';
import type { Outcome } from './outcome.ts';
import type { SiteFacts } from './site-facts.ts';

/** One check of a site: pure. `docs/doctor.md` has a row for each id. */
export interface Check {
  readonly id: string;
  /** Of what it finds. */
  readonly severity: Severity;
  /** It rests on what the site's table has, and cannot be made while that does not answer. Default: it does not. */
  readonly readsTable?: true;
  readonly check: (facts: SiteFacts) => Outcome;
}
