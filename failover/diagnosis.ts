import { detourOf, pathOf } from './bgp-counts.ts';
import { certainFailure } from './certain-failure.ts';
import { listOf } from './clause.ts';
import { evacuationOf } from './evacuation.ts';
import { decisiveEvidence, type Fitness, fitnessOf, type Proof } from './fitness.ts';
import { factsOf, foreignRoutes, holdsRoutes, type Observation, routesOfThePair } from './observation.ts';
import { type ManagedRouter, peerOf, routeName, routerAt, routerNamed, routersOf } from './site.ts';
import { isSettled } from './stored-state.ts';
import { suspicionOf } from './suspicion.ts';
import { type Witness, witnessesAgainst } from './witnesses.ts';

/**
 * What is wrong, before anybody says what to do about it. `docs/failure-diagnoses.md` tells of each what it is seen by
 * and what is done about it; a test holds that list against this one.
 */
export const DIAGNOSES = [
  'Healthy',
  'OwnerDetoured',
  'OwnerImpaired',
  'StandbyUnfit',
  'OwnerUnfit',
  'BothUnfit',
  'RoutesSplit',
  'NoRouteOfThePair',
  'OwnerNotRunning',
  'OwnerCannotForward',
  'OwnerReportedFailed',
  'OwnerLeft',
  'OwnerDisputed',
  'OwnerWithoutPath',
  'OwnerSilent',
  'OwnerSuspected',
  'OwnerEventDue',
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
  readonly target: ManagedRouter;
  /** Of a certain failure, and of a swap that saves from one: what is enough then (`Proof`). */
  readonly targetFitness: Fitness;
  /** Who speaks against the subject, its peer left out. */
  readonly witnesses: readonly Witness[];
  /** What is seen, as a clause that a sentence can begin with. */
  readonly says: string;
}

/** Names what is wrong with a site. Pure: the same observation always gives the same diagnosis. */
export function diagnose(observation: Observation): Diagnosis {
  return (
    noRoute(observation) ??
    requested(observation) ??
    accused(observation) ??
    eventDue(observation) ??
    conditionOf(observation)
  );
}

/** How a site is that nobody says anything against, whatever AWS has announced. */
export function conditionOf(observation: Observation): Diagnosis {
  return degraded(observation) ?? healthy(observation);
}

/** Nothing is wrong with the owner yet, and AWS has announced when something will be. */
function eventDue(observation: Observation): Diagnosis | undefined {
  const holder = holderOf(observation);
  const evacuation = evacuationOf(observation, holder);
  return evacuation === undefined ? undefined : about(observation, holder, 'OwnerEventDue', evacuation.says);
}

function noRoute(observation: Observation): Diagnosis | undefined {
  if (routesOfThePair(observation).length > 0) return undefined;
  const where = listOf(foreignRoutes(observation).map(routeName), ', ');
  return about(
    observation,
    observation.site.routers.active,
    'NoRouteOfThePair',
    `no managed route points at the pair (${where})`,
  );
}

function requested(observation: Observation): Diagnosis | undefined {
  const { site, trigger } = observation;
  const to = trigger.kind === 'operator' ? routerNamed(site, trigger.to) : undefined;
  if (trigger.kind !== 'operator' || to === undefined) return undefined;
  const says = `${trigger.by} asks for a ${trigger.act} to ${to.name} (${trigger.reason})`;
  return about(observation, peerOf(site, to), 'MoveRequested', says);
}

/**
 * Something is said against a router. An unfinished swap comes first if it saves from the same router; if its own
 * target is the one accused, the accusation does.
 */
function accused(observation: Observation): Diagnosis | undefined {
  const holder = holderOf(observation);
  const suspect = against(observation, holder) ?? against(observation, peerOf(observation.site, holder));
  const unfinished = abandoned(observation) ?? finishing(observation);
  if (unfinished?.kind === 'SwapAbandoned') return unfinished;
  if (unfinished !== undefined && (suspect === undefined || suspect.target === unfinished.target)) return unfinished;
  return suspect;
}

/** What is said against one router, the certain first; undefined: nothing. */
function against(observation: Observation, router: ManagedRouter): Diagnosis | undefined {
  const found = certainFailure(observation, router) ?? suspicionOf(observation, router);
  if (found === undefined) return undefined;
  const diagnosis = about(observation, router, found.kind, found.says);
  if (holdsRoutes(observation, router)) return diagnosis;
  // That the standby does not run is a degraded site; that somebody asks about it is a question with an answer.
  if (observation.trigger.kind === 'probe') return undefined;
  return { ...diagnosis, kind: 'NothingAtSubject', says: `${found.says}; no managed route points at it` };
}

/**
 * An earlier swap stopped midway; the routes that it left behind are the subject's. Where EC2 itself says that they are of no
 * use there, what was enough to begin it is enough to finish it.
 */
function finishing(observation: Observation): Diagnosis | undefined {
  const { unfinished } = observation.stored;
  const to = routerAt(observation.site, unfinished?.to);
  if (unfinished === undefined || to === undefined) return undefined;
  const says = `swap ${unfinished.epoch} to ${to.name} (${unfinished.reason}) is not recorded as finished`;
  const subject = peerOf(observation.site, to);
  if (certainFailure(observation, subject) !== undefined)
    return about(observation, subject, 'SwapUnfinished', says, 'last-read');
  return { ...about(observation, subject, 'SwapUnfinished', says), targetFitness: fitnessOfAccused(observation, to) };
}

/** A reading counts for 90 s: of a router that its peer has just reported, or that fell silent since, it proves nothing. */
function fitnessOfAccused(observation: Observation, router: ManagedRouter): Fitness {
  const fitness = fitnessOf(observation, router);
  const suspicion = suspicionOf(observation, router);
  if (!fitness.fit || suspicion === undefined || !OF_A_FAILURE.has(suspicion.kind)) return fitness;
  return { fit: false, unfit: [suspicion.says] };
}

const OF_A_FAILURE: ReadonlySet<DiagnosisKind> = new Set([
  'OwnerReportedFailed',
  'OwnerLeft',
  'OwnerWithoutPath',
  'OwnerSilent',
]);

/**
 * A swap that died or ended before it moved anything, to a router that is not fit any more, from one that is fit after
 * all and that nobody accuses. Left open, it would be carried out whenever its target comes back, days later, for nothing.
 */
function abandoned(observation: Observation): Diagnosis | undefined {
  const { unfinished } = observation.stored;
  const to = routerAt(observation.site, unfinished?.to);
  if (unfinished === undefined || to === undefined || !isSettled(observation.stored, observation.at)) return undefined;
  const keeper = peerOf(observation.site, to);
  const target = fitnessOf(observation, to);
  if (target.fit || holdsRoutes(observation, to) || !fitnessOf(observation, keeper).fit) return undefined;
  if (against(observation, keeper) !== undefined) return undefined;
  const swap = `swap ${unfinished.epoch} to ${to.name} (${unfinished.reason})`;
  const says = `${swap} ended before it moved a route, and ${to.name} is not fit any more: ${target.unfit.join('; ')}`;
  return about(observation, to, 'SwapAbandoned', says);
}

/** Nothing to move, and yet not well. */
function degraded(observation: Observation): Diagnosis | undefined {
  const holder = holderOf(observation);
  const peer = peerOf(observation.site, holder);
  if (holdsRoutes(observation, peer)) {
    return about(
      observation,
      holder,
      'RoutesSplit',
      `managed routes point at ${holder.name} and at ${peer.name}, and no swap of ours left them so`,
    );
  }
  if (factsOf(observation, holder).statusChecks === 'impaired') {
    return about(
      observation,
      holder,
      'OwnerImpaired',
      `the EC2 status check of ${holder.name}, which holds the routes, is impaired`,
    );
  }
  const detoured = overItsPeer(observation, holder);
  if (detoured !== undefined) return detoured;
  const found = about(observation, holder, 'Healthy', '');
  const { subjectFitness: own, targetFitness: other } = found;
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

/** Its tunnels are down and its peer's are up: traffic takes the way over the peer, and nothing is broken (rule 4). */
function overItsPeer(observation: Observation, holder: ManagedRouter): Diagnosis | undefined {
  const { site, at } = observation;
  const peer = peerOf(site, holder);
  const [own, other] = [holder, peer].map((router) => decisiveEvidence(factsOf(observation, router).evidence, at)?.bgp);
  if (own === undefined || pathOf(own) !== 'none' || detourOf(own, other, site.pairForwards) !== 'detour')
    return undefined;
  const says =
    `the tunnels of ${holder.name}, which holds the routes, are down, and its traffic takes the way over ${peer.name}; ` +
    `for the short way: vyos-failover switchover ${site.name} --to ${peer.name} --reason "tunnels of ${holder.name} down"`;
  return about(observation, holder, 'OwnerDetoured', says);
}

function healthy(observation: Observation): Diagnosis {
  const holder = holderOf(observation);
  return about(observation, holder, 'Healthy', `${holder.name} holds the routes, and both routers are fit`);
}

/** The router with most of the pair's routes; the preferred one if both have as many. */
function holderOf(observation: Observation): ManagedRouter {
  const [active, standby] = routersOf(observation.site);
  const count = (router: ManagedRouter) =>
    routesOfThePair(observation).filter((route) => route.target === router.eni).length;
  return count(standby) > count(active) ? standby : active;
}

function about(
  observation: Observation,
  subject: ManagedRouter,
  kind: DiagnosisKind,
  says: string,
  proof: Proof = isCertain(kind) ? 'last-read' : 'now',
): Diagnosis {
  const target = peerOf(observation.site, subject);
  return {
    kind,
    subject,
    subjectFitness: fitnessOf(observation, subject),
    target,
    targetFitness: fitnessOf(observation, target, proof),
    witnesses: witnessesAgainst(observation, subject),
    says,
  };
}

/** Is it EC2's own word, which no hold-down stands against? */
export function isCertain(kind: DiagnosisKind): boolean {
  return kind === 'OwnerNotRunning' || kind === 'OwnerCannotForward';
}
