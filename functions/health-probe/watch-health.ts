import { Rehearsal } from '#contracts/rehearsal.ts';
import * as z from '#contracts/validation.ts';
import { listOf } from '#failover/clause.ts';
import type { Diagnosis } from '#failover/diagnosis.ts';
import { healthAfter } from '#failover/health-change.ts';
import type { Observation } from '#failover/observation.ts';
import { pairSessionProblem } from '#failover/pair-session.ts';
import { severityOf, withoutDueEvent } from '#failover/site-severity.ts';
import { type Health, isSwapUnderWay } from '#failover/stored-state.ts';
import type { ProbePorts } from './ports.ts';

/** An event has 256 KB at most. */
const MAX_PROBLEMS = 100;

/**
 * Announces once that the site has not been able to fail over for three rounds, or has had another problem for as long, and once
 * that it has recovered. The metric has the state of every minute. A round during a swap announces nothing: routes are then
 * split on purpose.
 *
 * @param answer route-swap's, to a rehearsal or to a swap
 */
export async function watchHealth(
  decidedOn: Diagnosis,
  answer: unknown,
  observation: Observation,
  ports: ProbePorts,
): Promise<void> {
  const diagnosis = withoutDueEvent(decidedOn, observation);
  const rehearsal = z.safeParse(Rehearsal, answer).data;
  if (isSwapUnderWay(observation.stored, observation.at) || rehearsal?.underWay === true) return;
  const ofPair = pairSessionProblem(observation);
  const others = problemsOf(diagnosis, rehearsal?.problems ?? []);
  const problems = [...(ofPair === undefined ? [] : [ofPair]), ...others].slice(0, MAX_PROBLEMS);
  ports.metric('FailoverReady', problems.length === 0 ? 1 : 0);
  const before = observation.stored.health;
  const refused = rehearsal?.refused ?? before?.refused ?? [];
  const severity = severityOf(diagnosis, observation);
  const found = { diagnosis: diagnosis.kind, severity, problems, refused, at: observation.at, turn: ports.turn };
  const { health, mustAnnounce: isNews } = healthAfter(before, found);
  if (health === undefined) return;
  await ports.store.setHealth(health);
  if (!isNews) return;
  const since = health.state === 'degraded' ? health.since : (before?.since ?? health.since);
  await announceHealth({ ...health, since }, diagnosis, problems, observation, ports);
}

async function announceHealth(
  { state, severity, since }: Health,
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
  const detail = {
    topology,
    site: name,
    diagnosis: diagnosis.kind,
    problems,
    ...(severity !== undefined && { severity }),
    owner: diagnosis.subject.name,
    since: new Date(since).toISOString(),
    says,
    at: new Date(at).toISOString(),
  };
  await ports.announce(state === 'well' ? 'Site Recovered' : 'Site Degraded', detail);
}

function problemsOf({ kind, says }: Diagnosis, others: readonly string[]): readonly string[] {
  const own = kind === 'Healthy' ? [] : [says];
  return kind === 'StandbyUnfit' ? (others.length > 0 ? others : own) : [...own, ...others];
}
