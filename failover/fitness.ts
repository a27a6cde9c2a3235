import { pathOf } from './bgp-counts.ts';
import { lastAutomaticSwap } from './hold-down.ts';
import { CLAIM_FRESH_MS, PROBE_FRESH_MS } from './limits.ts';
import { type BgpEvidence, factsOf, holdsRoutes, type Observation, type RouterFacts } from './observation.ts';
import { isAt, type ManagedRouter, peerOf } from './site.ts';

/** `unfit` gives the reasons, one sentence fragment for each; never empty. */
export type Fitness = { readonly fit: true } | { readonly fit: false; readonly unfit: readonly string[] };

/**
 * How strong the proof of a target's path must be. `now`: fresh evidence. `last-read`: it had a path when it was last read,
 * however long ago, no newer evidence contradicts it, and EC2's status checks are in order. The latter is enough if EC2 itself
 * reports that the owner cannot forward: the routes can only gain (docs/decisions/0010).
 */
export type Proof = 'now' | 'last-read';

/** Rule 1: is this router proven able to carry the site's traffic? What is unknown is not proven. No override skips this. */
export function fitnessOf(observation: Observation, router: ManagedRouter, proof: Proof = 'now'): Fitness {
  const facts = factsOf(observation, router);
  const unfit: string[] = [];
  const maintenance = observation.stored.maintenance[router.eni];
  if (maintenance !== undefined) unfit.push(`it is in maintenance (${maintenance.by}: ${maintenance.reason})`);
  if (facts.instance !== 'running' && !(facts.instance === 'unknown' && hasJustSigned(facts, observation.at))) {
    unfit.push(`its instance is ${facts.instance}`);
  }
  if (facts.interface !== 'attached') unfit.push(`its interface ${router.eni} is ${INTERFACE_TEXT[facts.interface]}`);
  if (facts.sourceDestCheck !== false) {
    unfit.push(`the source/dest check of ${router.eni} is ${facts.sourceDestCheck === true ? 'on' : 'unknown'}`);
  }
  const path = withoutPath(facts, observation.at, proof, lostRoutesAt(observation, router));
  if (path !== undefined) unfit.push(path + whyUnread(observation, router));
  return unfit.length === 0 ? { fit: true } : { fit: false, unfit };
}

/** A router that has just signed a request is running, even if EC2 did not answer. */
function hasJustSigned({ evidence }: RouterFacts, now: number): boolean {
  return evidence.some((each) => each.by === 'itself' && isFresh(each, now));
}

/** Whether evidence is recent enough to prove a path. Evidence dated ahead is as doubtful as old evidence. */
export function isFresh(evidence: BgpEvidence, now: number): boolean {
  return Math.abs(now - evidence.at) <= (evidence.by === 'itself' ? CLAIM_FRESH_MS : PROBE_FRESH_MS);
}

/**
 * Whether a router is to be read again before it is a target: its newest path was read before the routes moved away from it, or may
 * have been.
 */
export function needsNewReading(observation: Observation, router: ManagedRouter): boolean {
  const newest = newestFirst(factsOf(observation, router).evidence).find(({ bgp }) => pathOf(bgp) !== 'unknown');
  if (newest === undefined || pathOf(newest.bgp) !== 'path') return false;
  const lostAt = lostRoutesAt(observation, router);
  if (lostAt !== undefined) return newest.at < lostAt;
  const hasJustSaid = newest.by === 'itself' && isFresh(newest, observation.at);
  return !hasJustSaid && mayHaveLostRoutes(observation, router);
}

/**
 * Whether routes are at a router's peer, and the last swap in the store did not move them there: a run without the store did, whose
 * swap is not counted yet, or somebody by hand. When and why is unknown (docs/decisions/0046).
 */
function mayHaveLostRoutes(observation: Observation, router: ManagedRouter): boolean {
  const { site, stored } = observation;
  const peer = peerOf(site, router);
  const { unfinished } = stored;
  if (!holdsRoutes(observation, peer) || (unfinished !== undefined && unfinished.noneAtTarget !== true)) return false;
  return stored.lastTarget === undefined ? peer.role === 'standby' : !isAt(peer, stored.lastTarget);
}

/**
 * When the last swap moved the routes away from a router automatically, ms since the epoch; undefined: it did not. A path that was read
 * before that proves nothing: a router that failed two minutes ago would be fit by what the probe had read three minutes ago.
 */
function lostRoutesAt({ stored }: Observation, router: ManagedRouter): number | undefined {
  const { lastTarget, lastBeganAt = Number.NEGATIVE_INFINITY } = stored;
  if (lastTarget === undefined || isAt(router, lastTarget)) return undefined;
  const automatic = lastAutomaticSwap(stored);
  return automatic < lastBeganAt ? undefined : automatic;
}

/** Why no path is proven, as a clause; undefined: one is. */
function withoutPath(
  { evidence, statusChecks }: RouterFacts,
  now: number,
  proof: Proof,
  lostAt = Number.NEGATIVE_INFINITY,
): string | undefined {
  const newest = newestFirst(evidence).find(({ bgp }) => pathOf(bgp) !== 'unknown');
  if (newest === undefined) return nothingKnown(evidence, now);
  if (pathOf(newest.bgp) === 'path' && newest.at < lostAt)
    return `the routes moved away from it ${seconds(now - lostAt)} ago, and its eBGP sessions were last read before that`;
  const hadPath = pathOf(newest.bgp) === 'path';
  const decisive = decisiveEvidence(evidence, now);
  if (decisive !== undefined && pathOf(decisive.bgp) === 'path') return undefined;
  if (proof === 'last-read' && hadPath && statusChecks === 'ok') return undefined;
  if (hadPath) return `what is known of its eBGP sessions is ${age(newest, now)} old (${sourceOf(newest)})`;
  const { established, configured } = newest.bgp.tunnels;
  const which = established === 0 ? `none of its ${configured} eBGP sessions is Established` : NO_PREFIXES;
  return `${which} (${sourceOf(newest)}, ${age(newest, now)} ago)`;
}

/** Why the probe could not read its sessions in the last round; empty if it could. */
function whyUnread({ stored: { probes } }: Observation, { eni }: ManagedRouter): string {
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
 * The evidence that fitness rests on: the newest that shows a fresh path, or no path. A lost path stands, however old, until
 * newer evidence contradicts it. Evidence that could not be read is skipped.
 *
 * @returns undefined if no evidence proves anything
 */
export function decisiveEvidence(evidence: readonly BgpEvidence[], now: number): BgpEvidence | undefined {
  return newestFirst(evidence).find((each) => {
    const path = pathOf(each.bgp);
    return path === 'none' || (path === 'path' && isFresh(each, now));
  });
}

/** Whether the decisive evidence is newer than `since`: an older one is about the instance before. Both ms since the epoch. */
export function isProvenSince(evidence: readonly BgpEvidence[], now: number, since: number): boolean {
  const decisive = decisiveEvidence(evidence, now);
  return decisive !== undefined && decisive.at > since;
}

/** Evidence in order, newest first. */
export function newestFirst(evidence: readonly BgpEvidence[]): readonly BgpEvidence[] {
  return evidence.length < 2 ? evidence : evidence.toSorted((a, b) => b.at - a.at);
}

function sourceOf(evidence: BgpEvidence): string {
  return evidence.by === 'itself' ? 'by its own report' : 'by the probe';
}

function age(evidence: BgpEvidence, now: number): string {
  return seconds(now - evidence.at);
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

const INTERFACE_TEXT = {
  attached: 'attached',
  elsewhere: 'attached to another instance',
  detached: 'not attached',
  missing: 'gone',
  unknown: 'in an unknown state',
} as const;
