import { detourOf, pathOf } from './bgp-counts.ts';
import { certainFailure } from './certain-failure.ts';
import { listOf } from './clause.ts';
import { controllerOf } from './controller.ts';
import { evacuationOf } from './evacuation.ts';
import { decisiveEvidence, type Fitness, fitnessOf, isProvenSince, type Proof } from './fitness.ts';
import { carrierOf, factsOf, foreignRoutes, holdsRoutes, type Observation, routesOfThePair } from './observation.ts';
import { isAt, type ManagedRouter, peerOf, routeName, routerAt, routerNamed, routersOf } from './site.ts';
import type { UnfinishedSwap } from './stored-state.ts';
import { suspicionOf } from './suspicion.ts';
import { type Witness, witnessesAgainst } from './witnesses.ts';

/**
 * What is wrong with a site; what to do about it is `decision.ts`. `docs/failure-diagnoses.md` describes each kind; a test
 * compares that list with this one.
 */
export const DIAGNOSES = [
  'Healthy',
  'OwnerDetoured',
  'OwnerImpaired',
  'StandbyUnfit',
  'OwnerUnfit',
  'BothUnfit',
  'RoutesSplit',
  'RoutesAtFormerInterface',
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
  /** The router that routes would leave. */
  readonly subject: ManagedRouter;
  readonly subjectFitness: Fitness;
  /** Its peer: the router that routes would move to. */
  readonly target: ManagedRouter;
  /** With the proof that this kind requires (`Proof`): less for a certain failure. */
  readonly targetFitness: Fitness;
  /** Witnesses of the subject's failure, other than its peer. */
  readonly witnesses: readonly Witness[];
  /** What was observed, as a clause that a sentence can begin with. */
  readonly says: string;
}

/** Diagnoses a site. Pure: the same observation always gives the same diagnosis. */
export function diagnose(observation: Observation): Diagnosis {
  return (
    noRoute(observation) ??
    requested(observation) ??
    accused(observation) ??
    eventDue(observation) ??
    conditionOf(observation)
  );
}

/** The condition of a site without accusations and scheduled events. */
export function conditionOf(observation: Observation): Diagnosis {
  return degraded(observation) ?? healthy(observation);
}

/** The owner has not failed, and a scheduled event of its instance is near. */
function eventDue(observation: Observation): Diagnosis | undefined {
  const owner = mostRoutesAt(observation);
  const evacuation = evacuationOf(observation, carrierOf(observation, owner));
  return evacuation === undefined ? undefined : about(observation, owner, 'OwnerEventDue', evacuation.says);
}

function noRoute(observation: Observation): Diagnosis | undefined {
  if (routesOfThePair(observation).length > 0) return undefined;
  const own = controllerOf(observation.site);
  const foreign = foreignRoutes(observation);
  const where = listOf(foreign.map(routeName), ', ');
  const others = new Set(foreign.flatMap(({ controller = own }) => (controller === own ? [] : [controller])));
  const marked = others.size === 0 ? '' : `; another controller has marked their tables: ${[...others].join(', ')}`;
  return about(
    observation,
    observation.site.routers.active,
    'NoRouteOfThePair',
    `no managed route points at the pair (${where})${marked}`,
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
 * There is evidence against a router. An unfinished swap has precedence if it moves routes away from that router; if its own
 * target is the accused one, the accusation has.
 */
function accused(observation: Observation): Diagnosis | undefined {
  const owner = mostRoutesAt(observation);
  const suspect = against(observation, owner) ?? against(observation, peerOf(observation.site, owner));
  const unfinished = abandoned(observation) ?? finishing(observation);
  if (unfinished?.kind === 'SwapAbandoned') return unfinished;
  if (unfinished !== undefined && (suspect === undefined || suspect.target === unfinished.target)) return unfinished;
  return suspect;
}

/** Evidence against one router, a certain failure first; undefined: none. */
function against(observation: Observation, router: ManagedRouter): Diagnosis | undefined {
  const carrier = carrierOf(observation, router);
  const found = certainFailure(observation, carrier) ?? suspicionOf(observation, carrier);
  if (found === undefined) return undefined;
  const holds = holdsRoutes(observation, router);
  // A standby that does not run is a degraded site. A trigger about it gets an answer of its own.
  if (!holds && observation.trigger.kind === 'probe') return undefined;
  const diagnosis = about(observation, router, found.kind, found.says);
  if (holds) return diagnosis;
  return { ...diagnosis, kind: 'NothingAtSubject', says: `${found.says}; no managed route points at it` };
}

/**
 * An earlier swap did not finish; the routes that it left are at the subject. If EC2 itself reports that the subject cannot
 * forward, the proof that was enough to begin the swap is enough to finish it.
 */
function finishing(observation: Observation): Diagnosis | undefined {
  const { unfinished } = observation.stored;
  const to = routerAt(observation.site, unfinished?.to);
  if (unfinished === undefined || unfinished.noneAtTarget === true || to === undefined) return undefined;
  const says = `swap ${unfinished.epoch} to ${to.name} (${unfinished.reason}) is not recorded as finished${notMoved(unfinished)}`;
  const subject = peerOf(observation.site, to);
  if (certainFailure(observation, carrierOf(observation, subject)) !== undefined)
    return about(observation, subject, 'SwapUnfinished', says, 'last-read');
  return { ...about(observation, subject, 'SwapUnfinished', says), targetFitness: fitnessOfAccused(observation, to) };
}

/** The routes that an unfinished swap left, each with EC2's reason, as a clause; empty: they are not recorded. */
export function notMoved({ remaining }: UnfinishedSwap): string {
  const { count = 0, routes = [] } = remaining ?? {};
  if (routes.length === 0) return '';
  const more = count > routes.length ? ` and ${count - routes.length} more` : '';
  return `; not moved yet: ${routes.map((route) => `${routeName(route)} (${route.why})`).join(', ')}${more}`;
}

/** A reading that is up to 90 s old does not prove fit a router that has been reported, or has stopped answering, since. */
function fitnessOfAccused(observation: Observation, router: ManagedRouter): Fitness {
  const fitness = fitnessOf(observation, router);
  const suspicion = suspicionOf(observation, router);
  if (!fitness.fit || suspicion === undefined || !FAILURES.has(suspicion.kind)) return fitness;
  return { fit: false, unfit: [suspicion.says] };
}

const FAILURES: ReadonlySet<DiagnosisKind> = new Set([
  'OwnerReportedFailed',
  'OwnerLeft',
  'OwnerWithoutPath',
  'OwnerSilent',
]);

/**
 * No route is at the target of an unfinished swap, and the router that has them is fit and not accused. The swap moved none, or they were
 * moved back: finished now, possibly days later, it would move them without need, or against who moved them back.
 */
function abandoned(observation: Observation): Diagnosis | undefined {
  const { unfinished, lastBeganAt = Number.NEGATIVE_INFINITY } = observation.stored;
  const to = routerAt(observation.site, unfinished?.to);
  if (unfinished?.noneAtTarget !== true || to === undefined) return undefined;
  const keeper = peerOf(observation.site, to);
  const carrier = carrierOf(observation, keeper);
  const { evidence } = factsOf(observation, carrier);
  const isProven = fitnessOf(observation, carrier).fit && isProvenSince(evidence, observation.at, lastBeganAt);
  if (!isProven || against(observation, keeper) !== undefined) return undefined;
  const swap = `swap ${unfinished.epoch} to ${to.name} (${unfinished.reason})`;
  const says = `${swap} is not recorded as finished, and no route is at ${to.name}: it moved none, or they were moved back`;
  return about(observation, to, 'SwapAbandoned', says);
}

/** Nothing to move, but not healthy. */
function degraded(observation: Observation): Diagnosis | undefined {
  const owner = mostRoutesAt(observation);
  const peer = peerOf(observation.site, owner);
  if (holdsRoutes(observation, peer)) {
    return about(
      observation,
      owner,
      'RoutesSplit',
      `managed routes point at ${owner.name} and at ${peer.name}, and no swap is unfinished`,
    );
  }
  const former = atFormerInterface(observation, owner);
  if (former !== undefined) return former;
  if (factsOf(observation, owner).statusChecks === 'impaired') {
    return about(
      observation,
      owner,
      'OwnerImpaired',
      `the EC2 status check of ${owner.name}, which holds the routes, is impaired`,
    );
  }
  const detoured = overItsPeer(observation, owner);
  if (detoured !== undefined) return detoured;
  const found = about(observation, owner, 'Healthy', '');
  const { subjectFitness: own, targetFitness: other } = found;
  if (own.fit && other.fit) return undefined;
  const why = (fitness: Fitness) => (fitness.fit ? '' : fitness.unfit.join('; '));
  if (own.fit) return { ...found, kind: 'StandbyUnfit', says: `${peer.name} could not take over: ${why(other)}` };
  if (other.fit)
    return { ...found, kind: 'OwnerUnfit', says: `${owner.name} holds the routes and is not proven fit: ${why(own)}` };
  return {
    ...found,
    kind: 'BothUnfit',
    says: `neither router is proven fit: ${owner.name}: ${why(own)}; ${peer.name}: ${why(other)}`,
  };
}

/** A deployment has given the owner another interface, and an operator has not moved the routes to it yet. */
function atFormerInterface(observation: Observation, owner: ManagedRouter): Diagnosis | undefined {
  const { eni } = carrierOf(observation, owner);
  if (eni === owner.eni) return undefined;
  const says =
    `managed routes point at ${eni}, the interface of ${owner.name} before a deployment gave it ${owner.eni}; ` +
    `to move them there: vyos-failover switchover ${observation.site.name} --to ${owner.name} --reason "new interface of ${owner.name}"`;
  return about(observation, owner, 'RoutesAtFormerInterface', says);
}

/** The owner's tunnels are down and its peer's are up, and traffic reaches the other sites by way of the peer (rule 4). */
function overItsPeer(observation: Observation, owner: ManagedRouter): Diagnosis | undefined {
  const { site, at } = observation;
  const peer = peerOf(site, owner);
  const [own, other] = [owner, peer].map((router) => decisiveEvidence(factsOf(observation, router).evidence, at)?.bgp);
  if (own === undefined || pathOf(own) !== 'none' || detourOf(own, other, site.pairForwards) !== 'detour')
    return undefined;
  const found = about(
    observation,
    owner,
    'OwnerDetoured',
    `the tunnels of ${owner.name}, which holds the routes, are down, and its traffic takes a detour over ${peer.name}`,
  );
  // A target that is not fit would be refused (rule 1).
  if (!found.targetFitness.fit) return found;
  const advice = `to end the detour: vyos-failover switchover ${site.name} --to ${peer.name} --reason "tunnels of ${owner.name} down"`;
  return { ...found, says: `${found.says}; ${advice}` };
}

function healthy(observation: Observation): Diagnosis {
  const owner = mostRoutesAt(observation);
  return about(observation, owner, 'Healthy', `${owner.name} holds the routes, and both routers are fit`);
}

/** The router with more of the pair's routes; the preferred one if both have the same number. */
function mostRoutesAt(observation: Observation): ManagedRouter {
  const [active, standby] = routersOf(observation.site);
  const ours = routesOfThePair(observation);
  const count = (router: ManagedRouter) => ours.filter(({ target }) => isAt(router, target)).length;
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
  const carrier = carrierOf(observation, subject);
  return {
    kind,
    subject,
    subjectFitness: fitnessOf(observation, carrier),
    target,
    targetFitness: fitnessOf(observation, target, proof),
    witnesses: witnessesAgainst(observation, carrier),
    says,
  };
}

/** Whether EC2 itself reports the failure, so that hold-down does not apply. */
export function isCertain(kind: DiagnosisKind): boolean {
  return kind === 'OwnerNotRunning' || kind === 'OwnerCannotForward';
}
