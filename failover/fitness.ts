import { CLAIM_FRESH_MS } from './claim.ts';
import { type BgpStatement, factsOf, type Observation } from './observation.ts';
import type { ManagedRouter } from './site.ts';

/** What health-probe read over SSM proves something for 90 s: one round a minute, and a late one. */
export const PROBE_FRESH_MS = 90_000;

/** `unfit` says why, one sentence fragment for each thing that is missing; never empty. */
export type Fitness = { readonly fit: true } | { readonly fit: false; readonly unfit: readonly string[] };

/**
 * Is this router proven able to carry the site's traffic? What is unknown is not proven.
 * The rule that nothing skips: no route ever moves to a router that is not fit (DESIGN, rule 1).
 */
export function fitnessOf(seen: Observation, router: ManagedRouter): Fitness {
  const facts = factsOf(seen, router);
  const unfit: string[] = [];
  const maintenance = seen.memory.maintenance[router.name];
  if (maintenance !== undefined) unfit.push(`it is in maintenance (${maintenance.by}: ${maintenance.reason})`);
  if (facts.instance !== 'running') unfit.push(`its instance is ${facts.instance}`);
  if (facts.interface !== 'attached') unfit.push(`its interface ${router.eni} is ${INTERFACE_WORDS[facts.interface]}`);
  if (facts.sourceDestCheck !== false) {
    unfit.push(`the source/dest check of ${router.eni} is ${facts.sourceDestCheck === true ? 'on' : 'unknown'}`);
  }
  const bgp = bgpUnfitness(facts.statements, seen.at);
  if (bgp !== undefined) unfit.push(bgp);
  return unfit.length === 0 ? { fit: true } : { fit: false, unfit };
}

/** Young enough to prove something? A statement from the future is as doubtful as an old one. */
export function isFresh(statement: BgpStatement, now: number): boolean {
  return Math.abs(now - statement.at) <= (statement.by === 'itself' ? CLAIM_FRESH_MS : PROBE_FRESH_MS);
}

function bgpUnfitness(statements: readonly BgpStatement[], now: number): string | undefined {
  const newest = countingOf(statements, now);
  if (newest !== undefined) {
    if (newest.established > 0) return undefined;
    return `none of its ${newest.configured} eBGP sessions is Established (${sourceOf(newest)}, ${age(newest, now)} ago)`;
  }
  const stale = newestOf(statements);
  return stale === undefined
    ? 'nothing is known of its eBGP sessions'
    : `what is known of its eBGP sessions is ${age(stale, now)} old (${sourceOf(stale)})`;
}

/**
 * The statement that fitness rests on: the newest that proves something. That sessions are lost takes back whatever was
 * said before, and holds until a newer word says otherwise, however old it is.
 *
 * @returns undefined if none proves anything
 */
export function countingOf(statements: readonly BgpStatement[], now: number): BgpStatement | undefined {
  return byAge(statements).find((statement) => statement.established === 0 || isFresh(statement, now));
}

/** The one that was made last; undefined: there is none. */
export function newestOf(statements: readonly BgpStatement[]): BgpStatement | undefined {
  return byAge(statements)[0];
}

/** Newest first. */
export function byAge(statements: readonly BgpStatement[]): readonly BgpStatement[] {
  return statements.toSorted((a, b) => b.at - a.at);
}

function sourceOf(statement: BgpStatement): string {
  return statement.by === 'itself' ? 'by its own report' : 'by the probe';
}

function age(statement: BgpStatement, now: number): string {
  return `${Math.round((now - statement.at) / 1000)} s`;
}

const INTERFACE_WORDS = {
  attached: 'attached',
  elsewhere: 'attached to another instance',
  detached: 'not attached',
  missing: 'gone',
  unknown: 'in an unknown state',
} as const;
