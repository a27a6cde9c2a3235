import { isCutOff, pathOf } from './bgp-counts.ts';
import { newestFirst } from './fitness.ts';
import { CONSECUTIVE_ROUNDS_MS, PAIR_SESSION_RECENT_MS, PROBE_FRESH_MS, WITNESSES_AGAINST_VETO } from './limits.ts';
import { factsOf, type Observation } from './observation.ts';
import { type ManagedRouter, peerOf } from './site.ts';
import type { ProbeRound } from './stored-state.ts';
import { witnessesAgainst } from './witnesses.ts';

/** Evidence against a router of which EC2 reports no failure. It needs witnesses, and the owner has a veto (rules 2 and 3). */
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

/** The strongest suspicion against a router; undefined: there is none. */
export function suspicionOf(observation: Observation, router: ManagedRouter): Suspicion | undefined {
  return reported(observation, router) ?? withoutPath(observation, router) ?? silent(observation, router);
}

function reported(observation: Observation, router: ManagedRouter): Suspicion | undefined {
  const { trigger } = observation;
  if (trigger.kind !== 'report' || trigger.subject !== router.name) return undefined;
  const left = trigger.event === 'left';
  const says = left
    ? `${trigger.reporter} reports that ${router.name} left (${trigger.detector})`
    : `${trigger.reporter} reports that ${router.name} failed (${trigger.detector})`;
  const since = trigger.noticedAt ?? trigger.at;
  return unlessVetoed(observation, router, since, { kind: left ? 'OwnerLeft' : 'OwnerReportedFailed', says });
}

/** Two consecutive rounds in which the router had neither path nor detour while its peer had a path. */
function withoutPath(observation: Observation, router: ManagedRouter): Suspicion | undefined {
  const { site } = observation;
  const peer = peerOf(site, router);
  const isBad = ({ readings }: ProbeRound) => {
    const own = readings[router.eni]?.bgp;
    const other = readings[peer.eni]?.bgp;
    if (own === undefined || other === undefined || pathOf(other) !== 'path') return false;
    return isCutOff(own, other, site.pairForwards);
  };
  const says = `the probe found ${router.name} without a path and ${peer.name} with one`;
  return inTwoRounds(observation, router, isBad, { kind: 'OwnerWithoutPath', says });
}

/**
 * Two consecutive rounds in which the router did not answer while its peer had a path. A failed SSM agent looks the same as a
 * failed router, so a second sign is needed: an impaired EC2 status check, or the peer's session with the router, which was up
 * recently and is down now (docs/decisions/0011).
 */
function silent(observation: Observation, router: ManagedRouter): Suspicion | undefined {
  const peer = peerOf(observation.site, router);
  const isSilent = ({ readings }: ProbeRound) => {
    const other = readings[peer.eni]?.bgp;
    return readings[router.eni] === null && other !== undefined && pathOf(other) === 'path';
  };
  if (factsOf(observation, router).statusChecks === 'impaired') {
    const says = `the EC2 status check of ${router.name} is impaired, it does not answer the probe, and ${peer.name} has a path`;
    return inTwoRounds(observation, router, isSilent, { kind: 'OwnerSilent', says });
  }
  const isLost = (round: ProbeRound) => isSilent(round) && hasLostPairSession(round, peer);
  const says = `${router.name} does not answer the probe, and ${peer.name} has a path but has lost its session with ${router.name}`;
  return inTwoRounds(observation, router, isLost, { kind: 'OwnerSilent', says });
}

/** A session that has been down for longer is no evidence about a router that stopped answering now. */
function hasLostPairSession({ at, pairUpAt, readings }: ProbeRound, peer: ManagedRouter): boolean {
  const pair = readings[peer.eni]?.bgp.pair;
  if (pair === undefined || pair.established + pair.unreadable > 0) return false;
  return pairUpAt !== undefined && at - pairUpAt <= PAIR_SESSION_RECENT_MS;
}

function inTwoRounds(
  observation: Observation,
  router: ManagedRouter,
  isBad: (round: ProbeRound) => boolean,
  { kind, says }: Suspicion,
): Suspicion | undefined {
  const [newest, before] = observation.stored.probes.toReversed();
  if (newest === undefined || !isBad(newest) || observation.at - newest.at > PROBE_FRESH_MS) return undefined;
  if (before === undefined || !isBad(before) || newest.at - before.at > CONSECUTIVE_ROUNDS_MS) {
    return { kind: 'OwnerSuspected', says: `${says}, once` };
  }
  return unlessVetoed(observation, router, before.at, { kind, says: `${says}, twice in a row` });
}

/**
 * The owner's veto (rule 3): a path that the router has claimed since the failure was noticed disputes the suspicion, without a
 * time limit, unless two witnesses confirm the failure. An earlier claim is no veto, and neither is one that could not read its
 * sessions.
 *
 * @param since when the failure was noticed, by AWS's clock
 */
function unlessVetoed(observation: Observation, router: ManagedRouter, since: number, suspicion: Suspicion): Suspicion {
  const claims = factsOf(observation, router).evidence.filter(({ by, at }) => by === 'itself' && at >= since);
  const newest = newestFirst(claims).find(({ bgp }) => pathOf(bgp) !== 'unknown');
  if (newest === undefined || pathOf(newest.bgp) !== 'path') return suspicion;
  const ago = Math.max(0, Math.round((observation.at - newest.at) / 1000));
  const claim = `${router.name} itself claimed a path ${ago} s ago`;
  if (witnessesAgainst(observation, router).length >= WITNESSES_AGAINST_VETO) {
    return { ...suspicion, says: `${suspicion.says}; ${claim}, but the witnesses outweigh that claim` };
  }
  return { kind: 'OwnerDisputed', says: `${suspicion.says}, but ${claim}` };
}
