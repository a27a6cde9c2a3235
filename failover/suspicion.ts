import { isCutOff, pathOf } from './bgp-counts.ts';
import { newestFirst, PROBE_FRESH_MS } from './fitness.ts';
import { factsOf, type Observation } from './observation.ts';
import { type ManagedRouter, peerOf } from './site.ts';
import type { ProbeRound } from './stored-state.ts';
import { witnessesAgainst } from './witnesses.ts';

/** What somebody says against a router that EC2 has nothing against: it needs witnesses, and the owner may object. */
export interface Suspicion {
  readonly kind:
    | 'OwnerReportedFailed'
    | 'OwnerLeft'
    | 'OwnerWithoutPath'
    | 'OwnerSilent'
    | 'OwnerDisputed'
    | 'OwnerSuspected';
  /** A clause. */
  readonly says: string;
}

/** One round a minute; one in between may have been lost, and one late. */
const IN_A_ROW_MS = 180_000;
/** Against the owner's own word it takes so many who are not its peer (rule 3). */
export const WITNESSES_AGAINST_VETO = 2;

/** The strongest that is said against a router; undefined: nothing. */
export function suspicionOf(observation: Observation, router: ManagedRouter): Suspicion | undefined {
  return reported(observation, router) ?? withoutPath(observation, router) ?? silent(observation, router);
}

function reported(observation: Observation, router: ManagedRouter): Suspicion | undefined {
  const { trigger } = observation;
  if (trigger.kind !== 'report' || trigger.subject !== router.name) return undefined;
  const left = trigger.event === 'left';
  const says = left
    ? `${trigger.reporter} heard ${router.name} leave (${trigger.detector})`
    : `${trigger.reporter} says that ${router.name} failed (${trigger.detector})`;
  const since = trigger.noticedAt ?? trigger.at;
  return unlessDisputed(observation, router, since, { kind: left ? 'OwnerLeft' : 'OwnerReportedFailed', says });
}

/** Two rounds in a row in which the router had neither path nor detour, and its peer a path. */
function withoutPath(observation: Observation, router: ManagedRouter): Suspicion | undefined {
  const { site } = observation;
  const peer = peerOf(site, router);
  const isBad = ({ readings }: ProbeRound) => {
    const own = readings[router.eni]?.bgp;
    const other = readings[peer.eni]?.bgp;
    if (own === undefined || other === undefined || pathOf(other) !== 'path') return false;
    return isCutOff(own, other, site.pairForwards);
  };
  const says = `the probe found ${router.name} without a path and ${peer.name} well`;
  return inTwoRounds(observation, router, isBad, { kind: 'OwnerWithoutPath', says });
}

/**
 * In two rounds in a row the router did not answer while its peer was well. Silence alone is a dead SSM agent as well as a dead
 * router, so something else must agree: EC2's status check, or the peer's own session with it, which was up of late and is not
 * any more (docs/decisions/0011).
 */
function silent(observation: Observation, router: ManagedRouter): Suspicion | undefined {
  const peer = peerOf(observation.site, router);
  const isSilent = ({ readings }: ProbeRound) => {
    const other = readings[peer.eni]?.bgp;
    return readings[router.eni] === null && other !== undefined && pathOf(other) === 'path';
  };
  if (factsOf(observation, router).statusChecks === 'impaired') {
    const says = `the EC2 status check of ${router.name} is impaired, and the probe found it silent and ${peer.name} well`;
    return inTwoRounds(observation, router, isSilent, { kind: 'OwnerSilent', says });
  }
  const isLost = (round: ProbeRound) => isSilent(round) && hasLostPair(round, peer);
  const says = `the probe found ${router.name} silent, and ${peer.name} well but without its session with ${router.name}`;
  return inTwoRounds(observation, router, isLost, { kind: 'OwnerSilent', says });
}

/** A session that has been down for longer says nothing about a router that fell silent now. */
const PAIR_UP_OF_LATE_MS = 30 * 60_000;

function hasLostPair({ at, pairUpAt, readings }: ProbeRound, peer: ManagedRouter): boolean {
  const pair = readings[peer.eni]?.bgp.pair;
  if (pair === undefined || pair.established + pair.unreadable > 0) return false;
  return pairUpAt !== undefined && at - pairUpAt <= PAIR_UP_OF_LATE_MS;
}

function inTwoRounds(
  observation: Observation,
  router: ManagedRouter,
  isBad: (round: ProbeRound) => boolean,
  { kind, says }: Suspicion,
): Suspicion | undefined {
  const [newest, before] = observation.stored.probes.toReversed();
  if (newest === undefined || !isBad(newest) || observation.at - newest.at > PROBE_FRESH_MS) return undefined;
  if (before === undefined || !isBad(before) || newest.at - before.at > IN_A_ROW_MS) {
    return { kind: 'OwnerSuspected', says: `${says}, once` };
  }
  return unlessDisputed(observation, router, before.at, { kind, says: `${says}, twice in a row` });
}

/**
 * Whoever speaks against a router: that it has claimed a path since the failure was noticed is a veto, for ever against one
 * accuser, and for nothing against two witnesses besides. A claim from before proves nothing: it was well then. One that it
 * could not read takes nothing back.
 *
 * @param since when the failure was noticed, by AWS's clock
 */
function unlessDisputed(observation: Observation, router: ManagedRouter, since: number, found: Suspicion): Suspicion {
  const claims = factsOf(observation, router).evidence.filter(({ by, at }) => by === 'itself' && at >= since);
  const newest = newestFirst(claims).find(({ bgp }) => pathOf(bgp) !== 'unknown');
  if (newest === undefined || pathOf(newest.bgp) !== 'path') return found;
  const ago = Math.max(0, Math.round((observation.at - newest.at) / 1000));
  const claim = `${router.name} itself said ${ago} s ago that it has a path`;
  if (witnessesAgainst(observation, router).length >= WITNESSES_AGAINST_VETO) {
    return { ...found, says: `${found.says}, and against its own word (${claim}) stand others` };
  }
  return { kind: 'OwnerDisputed', says: `${found.says}, but ${claim}` };
}
