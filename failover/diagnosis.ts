import { type Fitness, fitnessOf, isFresh } from './fitness.ts';
import { factsOf, foreignRoutes, type Observation, routesOfThePair } from './observation.ts';
import { type ManagedRouter, peerOf, routerNamed, routersOf } from './site.ts';

/**
 * What is wrong, before anybody says what to do about it.
 *
 * `Healthy` nobody says otherwise · `OwnerNotRunning` EC2 says so · `OwnerReportedFailed` its peer says so ·
 * `OwnerLeft` its peer heard it say goodbye · `OwnerWithoutEbgp` two rounds of the probe in a row, the other router
 * well in both · `OwnerSuspected` one round only · `OwnerDisputed` reported failed, but says itself that it is well ·
 * `NothingAtSubject` no route of the pair points at the router in question · `SwapUnfinished` an earlier swap stopped
 * midway · `NoRouteOfThePair` no managed route points at either router · `MoveRequested` a person asks.
 */
export type DiagnosisKind =
  | 'Healthy'
  | 'OwnerNotRunning'
  | 'OwnerReportedFailed'
  | 'OwnerLeft'
  | 'OwnerWithoutEbgp'
  | 'OwnerSuspected'
  | 'OwnerDisputed'
  | 'NothingAtSubject'
  | 'SwapUnfinished'
  | 'NoRouteOfThePair'
  | 'MoveRequested';

export interface Diagnosis {
  readonly kind: DiagnosisKind;
  /** The router in question: the one that routes would leave. */
  readonly subject: ManagedRouter;
  /** Its peer: the one that routes would move to. */
  readonly rescuer: ManagedRouter;
  readonly rescuerFitness: Fitness;
  /** What is seen, as a clause that a sentence can begin with. */
  readonly says: string;
}

/** Instance states of a router that cannot forward. `pending` is on its way, `unknown` proves nothing. */
const NOT_RUNNING: ReadonlySet<string> = new Set(['stopping', 'stopped', 'shutting-down', 'terminated']);

/** Names what is wrong with a site. Pure: the same observation always gives the same diagnosis. */
export function diagnose(seen: Observation): Diagnosis {
  const { site, trigger } = seen;
  if (routesOfThePair(seen).length === 0) {
    const where = foreignRoutes(seen).map((route) => `${route.table} ${route.destination}`);
    return about(
      seen,
      site.routers.active,
      'NoRouteOfThePair',
      `no managed route points at the pair (${where.join(', ')})`,
    );
  }
  if (trigger.kind === 'operator') {
    const to = routerNamed(site, trigger.to) ?? site.routers.active;
    return about(seen, peerOf(site, to), 'MoveRequested', `${trigger.by} asks for a ${trigger.act} to ${to.name}`);
  }
  const suspect = suspectOf(seen);
  const unfinished = finishing(seen);
  if (unfinished !== undefined && (suspect === undefined || suspect.rescuer === unfinished.rescuer)) return unfinished;
  return suspect ?? about(seen, holderOf(seen), 'Healthy', `${holderOf(seen).name} holds the routes`);
}

/** The first of the pair that something is said against; the routers that hold routes come first. */
function suspectOf(seen: Observation): Diagnosis | undefined {
  const holder = holderOf(seen);
  return against(seen, holder) ?? against(seen, peerOf(seen.site, holder));
}

/** What is said against one router, strongest first; undefined: nothing. */
function against(seen: Observation, router: ManagedRouter): Diagnosis | undefined {
  const facts = factsOf(seen, router);
  const found = NOT_RUNNING.has(facts.instance)
    ? about(seen, router, 'OwnerNotRunning', `EC2 says that ${router.name} is ${facts.instance}`)
    : (reported(seen, router) ?? withoutEbgp(seen, router));
  if (found === undefined) return undefined;
  const holdsRoutes = seen.routes.some((route) => route.target === router.eni);
  return holdsRoutes
    ? found
    : { ...found, kind: 'NothingAtSubject', says: `${found.says}; no managed route points at it` };
}

function reported(seen: Observation, router: ManagedRouter): Diagnosis | undefined {
  const { trigger } = seen;
  if (trigger.kind !== 'report' || trigger.subject !== router.name) return undefined;
  const says =
    trigger.event === 'left'
      ? `${trigger.reporter} heard ${router.name} leave (${trigger.detector})`
      : `${trigger.reporter} says that ${router.name} failed (${trigger.detector})`;
  const own = factsOf(seen, router).statements.find(
    (statement) => statement.by === 'itself' && statement.established > 0 && isFresh(statement, seen.at),
  );
  if (own === undefined)
    return about(seen, router, trigger.event === 'left' ? 'OwnerLeft' : 'OwnerReportedFailed', says);
  const ago = Math.max(0, Math.round((seen.at - own.at) / 1000));
  return about(
    seen,
    router,
    'OwnerDisputed',
    `${says}, but ${router.name} itself said ${ago} s ago that ${own.established} of its eBGP sessions are Established`,
  );
}

/** Only the probe may say this, and only of two rounds in a row in which the other router was well. */
function withoutEbgp(seen: Observation, router: ManagedRouter): Diagnosis | undefined {
  const peer = peerOf(seen.site, router);
  const lastTwo = seen.memory.probes.slice(-2);
  const bad = lastTwo.map((round) => isDown(round.ebgp[router.name]) && isUp(round.ebgp[peer.name]));
  const newest = lastTwo.at(-1);
  if (newest === undefined || bad.at(-1) !== true) return undefined;
  if (!isFresh({ by: 'probe', at: newest.at, established: 0, configured: 0 }, seen.at)) return undefined;
  const says = `the probe found no eBGP session Established on ${router.name} and ${peer.name} well`;
  return bad.length === 2 && bad[0] === true
    ? about(seen, router, 'OwnerWithoutEbgp', `${says}, twice in a row`)
    : about(seen, router, 'OwnerSuspected', `${says}, once`);
}

function isDown(ebgp: { established: number } | null | undefined): boolean {
  return ebgp !== null && ebgp !== undefined && ebgp.established === 0;
}

function isUp(ebgp: { established: number } | null | undefined): boolean {
  return ebgp !== null && ebgp !== undefined && ebgp.established > 0;
}

/** An earlier swap stopped midway; the routes it left behind are the subject's. */
function finishing(seen: Observation): Diagnosis | undefined {
  const { unfinished } = seen.memory;
  const to = unfinished === undefined ? undefined : routerNamed(seen.site, unfinished.to);
  if (unfinished === undefined || to === undefined) return undefined;
  return about(
    seen,
    peerOf(seen.site, to),
    'SwapUnfinished',
    `swap ${unfinished.epoch} to ${to.name} is not recorded as finished`,
  );
}

/** The router with most of the pair's routes; the preferred one if both have as many. */
function holderOf(seen: Observation): ManagedRouter {
  const [active, standby] = routersOf(seen.site);
  const count = (router: ManagedRouter) => seen.routes.filter((route) => route.target === router.eni).length;
  return count(standby) > count(active) ? standby : active;
}

function about(seen: Observation, subject: ManagedRouter, kind: DiagnosisKind, says: string): Diagnosis {
  const rescuer = peerOf(seen.site, subject);
  return { kind, subject, rescuer, rescuerFitness: fitnessOf(seen, rescuer), says };
}
