import { pathOf } from './bgp-counts.ts';
import { CLAIM_FRESH_MS } from './claim.ts';
import { type BgpEvidence, factsOf, type Observation, type RouterFacts } from './observation.ts';
import type { ManagedRouter } from './site.ts';

/** What health-probe read over SSM proves something for 90 s: one round a minute, and a late one. */
export const PROBE_FRESH_MS = 90_000;

/** `unfit` says why, one sentence fragment for each thing that is missing; never empty. */
export type Fitness = { readonly fit: true } | { readonly fit: false; readonly unfit: readonly string[] };

/**
 * How much a target must prove. `now`: a path by a word that is young enough. `last-read`: a path when it was last read,
 * however long ago, nothing worse heard since, and EC2's status checks in order. That is enough when EC2 itself says that
 * the owner cannot forward: the routes can only gain (docs/decisions/0010).
 */
export type Proof = 'now' | 'last-read';

/**
 * Is this router proven able to carry the site's traffic? What is unknown is not proven.
 * The rule that nothing skips: no route ever moves to a router that is not fit (DESIGN, rule 1).
 */
export function fitnessOf(observation: Observation, router: ManagedRouter, proof: Proof = 'now'): Fitness {
  const facts = factsOf(observation, router);
  const unfit: string[] = [];
  const maintenance = observation.stored.maintenance[router.eni];
  if (maintenance !== undefined) unfit.push(`it is in maintenance (${maintenance.by}: ${maintenance.reason})`);
  if (facts.instance !== 'running' && !(facts.instance === 'unknown' && hasJustSigned(facts, observation.at))) {
    unfit.push(`its instance is ${facts.instance}`);
  }
  if (facts.interface !== 'attached') unfit.push(`its interface ${router.eni} is ${INTERFACE_WORDS[facts.interface]}`);
  if (facts.sourceDestCheck !== false) {
    unfit.push(`the source/dest check of ${router.eni} is ${facts.sourceDestCheck === true ? 'on' : 'unknown'}`);
  }
  const path = withoutPath(facts, observation.at, proof);
  if (path !== undefined) unfit.push(path + unanswered(observation, router));
  return unfit.length === 0 ? { fit: true } : { fit: false, unfit };
}

/** Whoever signed a request a moment ago runs, whatever EC2 could not say. */
function hasJustSigned({ evidence }: RouterFacts, now: number): boolean {
  return evidence.some((statement) => statement.by === 'itself' && isFresh(statement, now));
}

/** Young enough to prove something? A statement from the future is as doubtful as an old one. */
export function isFresh(statement: BgpEvidence, now: number): boolean {
  return Math.abs(now - statement.at) <= (statement.by === 'itself' ? CLAIM_FRESH_MS : PROBE_FRESH_MS);
}

function withoutPath({ evidence, statusChecks }: RouterFacts, now: number, proof: Proof): string | undefined {
  const known = newestFirst(evidence).find(({ bgp }) => pathOf(bgp) !== 'unknown');
  if (known === undefined) return nothingKnown(evidence, now);
  const hadPath = pathOf(known.bgp) === 'path';
  const counting = decisiveEvidence(evidence, now);
  if (counting !== undefined && pathOf(counting.bgp) === 'path') return undefined;
  if (proof === 'last-read' && hadPath && statusChecks === 'ok') return undefined;
  if (hadPath) return `what is known of its eBGP sessions is ${age(known, now)} old (${sourceOf(known)})`;
  const { established, configured } = known.bgp.tunnels;
  const which = established === 0 ? `none of its ${configured} eBGP sessions is Established` : NO_PREFIXES;
  return `${which} (${sourceOf(known)}, ${age(known, now)} ago)`;
}

/** Why the probe could not read its sessions in its last round, where it could not. */
function unanswered({ stored: { probes } }: Observation, { eni }: ManagedRouter): string {
  const newest = probes.at(-1);
  const why = newest?.readings[eni] === null ? newest.unanswered?.[eni] : undefined;
  return why === undefined ? '' : `; the probe could not read them: ${why}`;
}

function nothingKnown(evidence: readonly BgpEvidence[], now: number): string {
  const [newest] = newestFirst(evidence);
  return newest === undefined
    ? 'nothing is known of its eBGP sessions'
    : `its eBGP sessions could not be read (${sourceOf(newest)}, ${age(newest, now)} ago)`;
}

const NO_PREFIXES = 'no prefix is received over any of its tunnels';

/**
 * The statement that fitness rests on: the newest that proves something. That the path is lost takes back whatever was said
 * before, and holds until a newer word says otherwise, however old it is. What could not be read says nothing.
 *
 * @returns undefined if none proves anything
 */
export function decisiveEvidence(evidence: readonly BgpEvidence[], now: number): BgpEvidence | undefined {
  return newestFirst(evidence).find((statement) => {
    const path = pathOf(statement.bgp);
    return path === 'none' || (path === 'path' && isFresh(statement, now));
  });
}

/** Newest first. */
export function newestFirst(evidence: readonly BgpEvidence[]): readonly BgpEvidence[] {
  return evidence.toSorted((a, b) => b.at - a.at);
}

function sourceOf(statement: BgpEvidence): string {
  return statement.by === 'itself' ? 'by its own report' : 'by the probe';
}

function age(statement: BgpEvidence, now: number): string {
  return `${Math.round((now - statement.at) / 1000)} s`;
}

const INTERFACE_WORDS = {
  attached: 'attached',
  elsewhere: 'attached to another instance',
  detached: 'not attached',
  missing: 'gone',
  unknown: 'in an unknown state',
} as const;
