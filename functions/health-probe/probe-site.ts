import { callFault } from '#aws/call-fault.ts';
import type { Rehearsal } from '#contracts/rehearsal.ts';
import type { ProbeRequest, RehearseRequest } from '#contracts/route-swap-requests.ts';
import { clauseOf } from '#failover/clause.ts';
import { type Decision, decideOn } from '#failover/decision.ts';
import { type Diagnosis, diagnose } from '#failover/diagnosis.ts';
import { degradedSince } from '#failover/health-change.ts';
import type { Observation } from '#failover/observation.ts';
import type { ProbeRound } from '#failover/stored-state.ts';
import { logFailure } from '#functions/log-failure.ts';
import { observe } from '#functions/observe.ts';
import { readRound, withRound } from '#functions/read-round.ts';
import { measureSite } from './measure-site.ts';
import type { ProbePorts } from './ports.ts';
import { watchContacts } from './watch-contacts.ts';
import { watchEvents } from './watch-events.ts';
import { watchHealth } from './watch-health.ts';
import { watchPause } from './watch-pause.ts';

/** What a round found and did. */
export interface ProbeResult {
  readonly round: ProbeRound;
  readonly diagnosis: string;
  readonly decision: Pick<Decision, 'kind' | 'reason' | 'says'>;
  /** route-swap's answer. */
  readonly answer: unknown;
}

/**
 * One round: reads BGP of both routers, observes the site, stores the round, and decides. If the rules require a swap, or an
 * earlier swap is unfinished, route-swap is asked to act; otherwise it is asked to rehearse, and to note what is not permitted
 * now. Writes no route itself.
 */
export async function probeSite(ports: ProbePorts): Promise<ProbeResult> {
  const trigger = { kind: 'probe', id: `probe-${ports.run}` } as const;
  const round = { turn: ports.turn, ...(await readRound(ports)) };
  const found = await observe(trigger, ports);
  const { observation, isKept } = await keepRound(withRound(withRecent(found, ports), round), newestIn(found), ports);
  Object.assign(ports.recent, { rounds: observation.stored.probes, areStored: isKept });
  measureSite(observation, ports);
  const diagnosis = diagnose(observation);
  const decision = decideOn(diagnosis, observation);
  const { kind, reason, says } = decision;
  ports.log.info(says, { diagnosis: diagnosis.kind, decision: { kind, reason }, round });
  watchContacts(observation, ports);
  const rounds = observation.stored.reachable && isKept ? {} : { rounds: observation.stored.probes };
  const [answer] = await Promise.all([
    ask(kind === 'swap' ? { action: 'probe', id: trigger.id, ...rounds } : { action: 'rehearse' }, ports),
    isToBeAnnounced(decision, diagnosis) &&
      ask({ action: 'probe', id: noteId(decision, diagnosis, observation, isKept), ...rounds }, ports),
  ]);
  await logFailure('the health of the site', ports, () => watchHealth(diagnosis, answer, observation, ports));
  await logFailure('the scheduled events', ports, () => watchEvents(observation, ports));
  await logFailure('the end of the pause', ports, () => watchPause(observation, ports));
  return { round, diagnosis: diagnosis.kind, decision: { kind, reason, says }, answer };
}

const KEEP_TRIES = 3;

/** Another delivery of the same EventBridge event may run at the same time: its readings are kept as well. */
async function keepRound(
  observation: Observation,
  before: number | undefined,
  ports: ProbePorts,
): Promise<{ readonly observation: Observation; readonly isKept: boolean }> {
  let whole = observation;
  let isKept = false;
  await logFailure('the round', ports, async () => {
    let newest = before;
    for (let tries = 0; tries < KEEP_TRIES && !isKept; tries += 1) {
      const others = await ports.store.recordRounds(whole.stored.probes, newest);
      isKept = others === undefined;
      whole = (others ?? []).reduce(withRound, whole);
      newest = others?.at(-1)?.at;
    }
  });
  return { observation: whole, isKept };
}

function newestIn({ stored }: Observation): number | undefined {
  return stored.probes.at(-1)?.at;
}

/** Adds the rounds of this environment that the store did not accept, or all of them if it cannot be read. */
function withRecent(observation: Observation, { recent }: ProbePorts): Observation {
  if (observation.stored.reachable && recent.areStored) return observation;
  const stored = new Set(observation.stored.probes.map(({ at }) => at));
  return recent.rounds.filter(({ at }) => !stored.has(at)).reduce(withRound, observation);
}

/**
 * Whether route-swap announces that no routes move: if the failure is only noted, or if the hourly limit may delay an announced
 * evacuation until it is too late. After any other refusal the site is degraded, which is announced separately.
 */
function isToBeAnnounced({ kind, reason }: Decision, diagnosis: Diagnosis): boolean {
  return kind === 'note' || (diagnosis.kind === 'OwnerEventDue' && reason === 'too-many-swaps');
}

const DAY_MS = 86_400_000;

/**
 * One id for each failure that is only noted, so that it is announced once and not every minute: route-swap announces each
 * outcome of an id once. The id has the time since which the site is degraded, which is this round's if no earlier round found
 * it and the store accepts it; that of an evacuation changes once a day. No swap is requested with this id: after a swap it
 * could not be used again.
 */
function noteId(
  { reason }: Decision,
  { kind, target }: Diagnosis,
  { stored: { health }, at }: Observation,
  isKept: boolean,
): string {
  const since = kind === 'OwnerEventDue' ? Math.floor(at / DAY_MS) : (degradedSince(health) ?? at);
  return `probe-noted-${reason}-${target.name}-${isKept ? since : 'unknown'}`;
}

/**
 * If route-swap does not answer, the site could not fail over at all. The exception is a request to act: a swap of many routes
 * takes longer than this function waits, and continues without it.
 */
async function ask(request: ProbeRequest | RehearseRequest, ports: ProbePorts): Promise<unknown> {
  const { log } = ports;
  try {
    const answer = await askTwice(request, ports);
    log.info('route-swap answered', { answer });
    return answer;
  } catch (error) {
    if (request.action === 'probe' && callFault(error) === 'no-answer') {
      log.warn('route-swap is still at work', { error });
      return {
        ready: false,
        problems: ['route-swap is still at work'],
        rehearsed: 0,
        underWay: true,
      } satisfies Rehearsal;
    }
    const problem = `route-swap did not answer: ${clauseOf(error)}`;
    log.error(problem, { error });
    return { ready: false, problems: [problem], rehearsed: 0 } satisfies Rehearsal;
  }
}

/** A failure within this time leaves a round enough for another try, before Lambda ends the function. */
const AT_ONCE_MS = 3_000;

/** A rehearsal changes nothing, so one that failed at once is repeated. */
async function askTwice(
  request: ProbeRequest | RehearseRequest,
  { askRouteSwap, now, log }: ProbePorts,
): Promise<unknown> {
  const asked = now();
  try {
    return await askRouteSwap(request);
  } catch (error) {
    if (request.action !== 'rehearse' || now() - asked > AT_ONCE_MS) throw error;
    log.warn('route-swap did not answer: asked again', { error });
    return askRouteSwap(request);
  }
}
