import { type Fitness, fitnessOf, isFresh, newestOf, PROBE_FRESH_MS } from './fitness.ts';
import { firstOf } from './in-words.ts';
import { isSettled, type ProbeRound } from './memory.ts';
import {
  type BgpStatement,
  factsOf,
  foreignRoutes,
  holdsRoutes,
  type Observation,
  routesOfThePair,
} from './observation.ts';
import { type ManagedRouter, peerOf, routeName, routerNamed, routersOf } from './site.ts';
import { NOT_RUNNING, type Witness, witnessesAgainst } from './witnesses.ts';

/**
 * What is wrong, before anybody says what to do about it. `docs/failure-diagnoses.md` tells of each what it is seen by
 * and what is done about it; a test holds that list against this one.
 */
export const DIAGNOSES = [
  'Healthy',
  'OwnerImpaired',
  'StandbyUnfit',
  'OwnerUnfit',
  'BothUnfit',
  'RoutesSplit',
  'NoRouteOfThePair',
  'OwnerNotRunning',
  'OwnerReportedFailed',
  'OwnerLeft',
  'OwnerDisputed',
  'OwnerWithoutEbgp',
  'OwnerSuspected',
  'NothingAtSubject',
  'SwapUnfinished',
  'SwapAbandoned',
  'MoveRequested',
] as const;
export type DiagnosisKind = (typeof DIAGNOSES)[number];

export interface Diagnosis {
  readonly kind: DiagnosisKind;
  /** The router in question: the one that routes would leave. */
  readonly subject: ManagedRouter;
  readonly subjectFitness: Fitness;
  /** Its peer: the one that routes would move to. */
  readonly rescuer: ManagedRouter;
  readonly rescuerFitness: Fitness;
  /** Who speaks against the subject, the rescuer left out. */
  readonly witnesses: readonly Witness[];
  /** What is seen, as a clause that a sentence can begin with. */
  readonly says: string;
}

/** Names what is wrong with a site. Pure: the same observation always gives the same diagnosis. */
export function diagnose(seen: Observation): Diagnosis {
  return noRoute(seen) ?? requested(seen) ?? accused(seen) ?? degraded(seen) ?? healthy(seen);
}

function noRoute(seen: Observation): Diagnosis | undefined {
  if (routesOfThePair(seen).length > 0) return undefined;
  const where = firstOf(foreignRoutes(seen).map(routeName), ', ');
  return about(seen, seen.site.routers.active, 'NoRouteOfThePair', `no managed route points at the pair (${where})`);
}

function requested(seen: Observation): Diagnosis | undefined {
  const { site, trigger } = seen;
  const to = trigger.kind === 'operator' ? routerNamed(site, trigger.to) : undefined;
  if (trigger.kind !== 'operator' || to === undefined) return undefined;
  const says = `${trigger.by} asks for a ${trigger.act} to ${to.name} (${trigger.reason})`;
  return about(seen, peerOf(site, to), 'MoveRequested', says);
}

/**
 * Something is said against a router. An unfinished swap comes first if it saves from the same router; if its own
 * target is the one accused, the accusation does.
 */
function accused(seen: Observation): Diagnosis | undefined {
  const holder = holderOf(seen);
  const suspect = against(seen, holder) ?? against(seen, peerOf(seen.site, holder));
  const unfinished = abandoned(seen) ?? finishing(seen);
  if (unfinished?.kind === 'SwapAbandoned') return unfinished;
  if (unfinished !== undefined && (suspect === undefined || suspect.rescuer === unfinished.rescuer)) return unfinished;
  return suspect;
}

/** What is said against one router, strongest first; undefined: nothing. */
function against(seen: Observation, router: ManagedRouter): Diagnosis | undefined {
  const found = notRunning(seen, router) ?? reported(seen, router) ?? withoutEbgp(seen, router);
  if (found === undefined || holdsRoutes(seen, router)) return found;
  // That the standby does not run is a degraded site; that somebody asks about it is a question with an answer.
  if (seen.trigger.kind === 'probe') return undefined;
  return { ...found, kind: 'NothingAtSubject', says: `${found.says}; no managed route points at it` };
}

function notRunning(seen: Observation, router: ManagedRouter): Diagnosis | undefined {
  const { instance } = factsOf(seen, router);
  if (!NOT_RUNNING.has(instance)) return undefined;
  return about(seen, router, 'OwnerNotRunning', `EC2 says that ${router.name} is ${instance}`);
}

function reported(seen: Observation, router: ManagedRouter): Diagnosis | undefined {
  const { trigger } = seen;
  if (trigger.kind !== 'report' || trigger.subject !== router.name) return undefined;
  const left = trigger.event === 'left';
  const says = left
    ? `${trigger.reporter} heard ${router.name} leave (${trigger.detector})`
    : `${trigger.reporter} says that ${router.name} failed (${trigger.detector})`;
  return disputed(seen, router, says) ?? about(seen, router, left ? 'OwnerLeft' : 'OwnerReportedFailed', says);
}

/**
 * Whoever speaks against a router, reports and probes alike: its own fresh healthy statement is a veto. A heartbeat from
 * before the failure was noticed is none, or every router with heartbeats would stay dead for as long as they are fresh.
 */
function disputed(seen: Observation, router: ManagedRouter, says: string): Diagnosis | undefined {
  const own = newestOf(
    factsOf(seen, router).statements.filter(
      (statement) => statement.by === 'itself' && isFresh(statement, seen.at) && !isOutdatedHeartbeat(statement, seen),
    ),
  );
  if (own === undefined || own.established === 0) return undefined;
  const ago = Math.max(0, Math.round((seen.at - own.at) / 1000));
  const veto = `${router.name} itself said ${ago} s ago that ${own.established} of its eBGP sessions are Established`;
  return about(seen, router, 'OwnerDisputed', `${says}, but ${veto}`);
}

function isOutdatedHeartbeat({ heartbeat, at }: BgpStatement, { trigger }: Observation): boolean {
  return heartbeat === true && trigger.kind === 'report' && trigger.detectedAt !== undefined && at < trigger.detectedAt;
}

/** One round a minute; one in between may have been lost, and one late. */
const IN_A_ROW_MS = 180_000;

/** Only the probe may say this, and only of two rounds in a row in which the other router was well. */
function withoutEbgp(seen: Observation, router: ManagedRouter): Diagnosis | undefined {
  const peer = peerOf(seen.site, router);
  const bad = ({ ebgp }: ProbeRound) => ebgp[router.name]?.established === 0 && (ebgp[peer.name]?.established ?? 0) > 0;
  const [newest, before] = seen.memory.probes.toReversed();
  if (newest === undefined || !bad(newest) || seen.at - newest.at > PROBE_FRESH_MS) return undefined;
  const says = `the probe found no eBGP session Established on ${router.name} and ${peer.name} well`;
  if (before === undefined || !bad(before) || newest.at - before.at > IN_A_ROW_MS)
    return about(seen, router, 'OwnerSuspected', `${says}, once`);
  const twice = `${says}, twice in a row`;
  return disputed(seen, router, twice) ?? about(seen, router, 'OwnerWithoutEbgp', twice);
}

/** An earlier swap stopped midway; the routes that it left behind are the subject's. */
function finishing(seen: Observation): Diagnosis | undefined {
  const { unfinished } = seen.memory;
  const to = unfinished === undefined ? undefined : routerNamed(seen.site, unfinished.to);
  if (unfinished === undefined || to === undefined) return undefined;
  const says = `swap ${unfinished.epoch} to ${to.name} (${unfinished.reason}) is not recorded as finished`;
  return about(seen, peerOf(seen.site, to), 'SwapUnfinished', says);
}

/**
 * A swap that died or ended before it moved anything, to a router that is not fit any more, from one that is fit after
 * all and that nobody accuses. Left open, it would be carried out whenever its target comes back, days later, for nothing.
 */
function abandoned(seen: Observation): Diagnosis | undefined {
  const { unfinished } = seen.memory;
  const to = unfinished === undefined ? undefined : routerNamed(seen.site, unfinished.to);
  if (unfinished === undefined || to === undefined || !isSettled(seen.memory, seen.at)) return undefined;
  const keeper = peerOf(seen.site, to);
  const target = fitnessOf(seen, to);
  if (target.fit || holdsRoutes(seen, to) || !fitnessOf(seen, keeper).fit) return undefined;
  if (against(seen, keeper) !== undefined) return undefined;
  const swap = `swap ${unfinished.epoch} to ${to.name} (${unfinished.reason})`;
  const says = `${swap} ended before it moved a route, and ${to.name} is not fit any more: ${target.unfit.join('; ')}`;
  return about(seen, to, 'SwapAbandoned', says);
}

/** Nothing to move, and yet not well. */
function degraded(seen: Observation): Diagnosis | undefined {
  const holder = holderOf(seen);
  const peer = peerOf(seen.site, holder);
  if (holdsRoutes(seen, peer)) {
    return about(
      seen,
      holder,
      'RoutesSplit',
      `managed routes point at ${holder.name} and at ${peer.name}, and no swap of ours left them so`,
    );
  }
  if (factsOf(seen, holder).statusChecks === 'impaired') {
    return about(
      seen,
      holder,
      'OwnerImpaired',
      `the EC2 status check of ${holder.name}, which holds the routes, is impaired`,
    );
  }
  const found = about(seen, holder, 'Healthy', '');
  const { subjectFitness: own, rescuerFitness: other } = found;
  if (own.fit && other.fit) return undefined;
  const why = (fitness: Fitness) => (fitness.fit ? '' : fitness.unfit.join('; '));
  if (own.fit) return { ...found, kind: 'StandbyUnfit', says: `${peer.name} could not take over: ${why(other)}` };
  if (other.fit)
    return { ...found, kind: 'OwnerUnfit', says: `${holder.name} holds the routes and is not proven fit: ${why(own)}` };
  return {
    ...found,
    kind: 'BothUnfit',
    says: `neither router is proven fit: ${holder.name}: ${why(own)}; ${peer.name}: ${why(other)}`,
  };
}

function healthy(seen: Observation): Diagnosis {
  const holder = holderOf(seen);
  return about(seen, holder, 'Healthy', `${holder.name} holds the routes, and both routers are fit`);
}

/** The router with most of the pair's routes; the preferred one if both have as many. */
function holderOf(seen: Observation): ManagedRouter {
  const [active, standby] = routersOf(seen.site);
  const count = (router: ManagedRouter) => routesOfThePair(seen).filter((route) => route.target === router.eni).length;
  return count(standby) > count(active) ? standby : active;
}

function about(seen: Observation, subject: ManagedRouter, kind: DiagnosisKind, says: string): Diagnosis {
  const rescuer = peerOf(seen.site, subject);
  return {
    kind,
    subject,
    subjectFitness: fitnessOf(seen, subject),
    rescuer,
    rescuerFitness: fitnessOf(seen, rescuer),
    witnesses: witnessesAgainst(seen, subject),
    says,
  };
}
