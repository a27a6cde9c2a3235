import type { Severity } from '#contracts/alarms.ts';
import type { Check } from './check.ts';
import type { Found, Outcome } from './outcome.ts';
import { CHECKS } from './registry.ts';
import type { SiteFacts } from './site-facts.ts';

/** A finding as `doctor --json` prints it. */
export interface Finding extends Found {
  /** Of the check: a row of `docs/doctor.md`. */
  readonly id: string;
  readonly severity: Severity;
}

/** A check that could not examine everything, and why. */
export interface Unchecked {
  readonly id: string;
  readonly why: string;
}

export interface Diagnosed {
  /** The most serious first. */
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
}

const MOST_SERIOUS_FIRST: readonly Severity[] = ['down', 'degraded', 'attention'];

/** Runs every check of a site. */
export function runChecks(facts: SiteFacts, checks: readonly Check[] = CHECKS): Diagnosed {
  const outcomes = checks.map((each) => ({ id: each.id, severity: each.severity, ...outcomeOf(each, facts) }));
  const findings = outcomes.flatMap(({ id, severity, found }) => found.map((each) => ({ id, severity, ...each })));
  const rank = ({ severity }: Finding) => MOST_SERIOUS_FIRST.indexOf(severity);
  return {
    findings: findings.toSorted((one, other) => rank(one) - rank(other)),
    unchecked: outcomes.flatMap(({ id, unchecked: why }) => (why === undefined ? [] : [{ id, why }])),
  };
}

function outcomeOf({ readsTable, check }: Check, facts: SiteFacts): Outcome {
  if (readsTable === true && !facts.observation.stored.reachable)
    return { found: [], unchecked: "the site's table does not answer" };
  return check(facts);
}
