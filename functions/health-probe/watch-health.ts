import { Rehearsal } from '#contracts/rehearsal.ts';
import * as z from '#contracts/validation.ts';
import { listOf } from '#failover/clause.ts';
import { conditionOf, type Diagnosis } from '#failover/diagnosis.ts';
import { healthAfter } from '#failover/health-change.ts';
import type { Observation } from '#failover/observation.ts';
import { pairSessionProblem } from '#failover/pair-session.ts';
import { isSwapUnderWay } from '#failover/stored-state.ts';
import type { ProbePorts } from './ports.ts';

/** For an event of 256 KB at most, and for people. */
const PROBLEMS_TOLD = 100;

/**
 * Tells people once when the site has not been able to fail over for three rounds, or when something else has been wrong with it
 * for as long, and once when it is able again; the metric says it every minute.
 * A round that falls into a swap says nothing: what it sees is half done, and no trouble.
 *
 * @param answer route-swap's, to a rehearsal or to a swap
 */
export async function watchHealth(
  decidedOn: Diagnosis,
  answer: unknown,
  observation: Observation,
  ports: ProbePorts,
): Promise<void> {
  // An event that is due is told for itself, keeps nobody from a failover, and hides nothing else that is wrong.
  const diagnosis = decidedOn.kind === 'OwnerEventDue' ? conditionOf(observation) : decidedOn;
  const rehearsal = z.safeParse(Rehearsal, answer).data;
  if (isSwapUnderWay(observation.stored, observation.at) || rehearsal?.underWay === true) return;
  const ofPair = pairSessionProblem(observation);
  const others = problemsOf(diagnosis, rehearsal?.problems ?? []);
  const problems = [...(ofPair === undefined ? [] : [ofPair]), ...others].slice(0, PROBLEMS_TOLD);
  ports.metric('FailoverReady', problems.length === 0 ? 1 : 0);
  const before = observation.stored.health;
  const refused = rehearsal?.refused ?? before?.refused ?? [];
  const found = { diagnosis: diagnosis.kind, problems, refused, at: observation.at, turn: ports.turn };
  const { health, mustAnnounce: isNews } = healthAfter(before, found);
  if (health === undefined) return;
  await ports.store.setHealth(health);
  if (isNews) await announceHealth(health.state, diagnosis, problems, observation, ports);
}

async function announceHealth(
  state: 'well' | 'degraded',
  diagnosis: Diagnosis,
  problems: readonly string[],
  { site: { name, topology }, at }: Observation,
  ports: ProbePorts,
): Promise<void> {
  const says =
    state === 'well'
      ? `${name} can fail over again.`
      : `${name} could not fail over as it should: ${listOf(problems, '; ')}.`;
  ports.log.warn(says, { diagnosis: diagnosis.kind });
  const detail = { topology, site: name, diagnosis: diagnosis.kind, problems, says, at: new Date(at).toISOString() };
  await ports.announce(state === 'well' ? 'Site Recovered' : 'Site Degraded', detail);
}

function problemsOf({ kind, says }: Diagnosis, others: readonly string[]): readonly string[] {
  const own = kind === 'Healthy' ? [] : [says];
  return kind === 'StandbyUnfit' ? (others.length > 0 ? others : own) : [...own, ...others];
}
