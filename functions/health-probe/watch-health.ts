import { isDeepStrictEqual } from 'node:util';
import type { Diagnosis, DiagnosisKind } from '#failover/diagnosis.ts';
import { firstOf } from '#failover/in-words.ts';
import { isSwapUnderWay } from '#failover/memory.ts';
import type { Observation } from '#failover/observation.ts';
import { pairSessionProblem } from '#failover/pair-session.ts';
import * as z from '#functions/validation.ts';
import type { ProbeTools } from './probe-site.ts';

/**
 * What is told of a site that is degraded already: something is wrong with the owner, and stays so. What leads to a swap is
 * told by that, and a standby that cannot take over is what most degraded sites have.
 */
const NEWS: ReadonlySet<DiagnosisKind> = new Set<DiagnosisKind>([
  'OwnerDetoured',
  'OwnerImpaired',
  'OwnerUnfit',
  'BothUnfit',
  'RoutesSplit',
  'NoRouteOfThePair',
]);

const Rehearsal = z.object({
  ready: z.boolean(),
  problems: z.array(z.string()),
  underWay: z.optional(z.literal(true)),
  refused: z.optional(z.array(z.object({ table: z.string(), destination: z.string(), why: z.string() }))),
});

/** For an event of 256 KB at most, and for people. */
const PROBLEMS_TOLD = 100;

/**
 * Says once when the site stops being able to fail over, or when something else is wrong with it than before, and once when it
 * is able again; the metric says it every minute.
 * A round that falls into a swap says nothing: what it sees is half done, and no trouble.
 *
 * @param answer route-swap's, to a rehearsal or to a swap
 */
export async function watchHealth(
  diagnosis: Diagnosis,
  answer: unknown,
  seen: Observation,
  tools: ProbeTools,
): Promise<void> {
  const rehearsal = z.safeParse(Rehearsal, answer).data;
  if (isSwapUnderWay(seen.memory, seen.at) || rehearsal?.underWay === true) return;
  const ofPair = pairSessionProblem(seen);
  const found = problemsOf(diagnosis, rehearsal?.problems ?? []);
  const problems = [...(ofPair === undefined ? [] : [ofPair]), ...found].slice(0, PROBLEMS_TOLD);
  tools.metric('FailoverReady', problems.length === 0 ? 1 : 0);
  const before = seen.memory.health;
  const state = problems.length === 0 ? 'well' : 'degraded';
  const refused = rehearsal?.refused ?? before?.refused ?? [];
  const changed = before?.state !== state;
  const isNews = changed || (NEWS.has(diagnosis.kind) && diagnosis.kind !== before.diagnosis);
  if (!isNews && isDeepStrictEqual(refused, before.refused ?? [])) return;
  const told = diagnosis.kind === 'Healthy' ? before?.diagnosis : diagnosis.kind;
  const since = changed ? seen.at : before.since;
  await tools.store.setHealth({ state, since, problems, refused, diagnosis: state === 'well' ? undefined : told });
  if (!isNews || (before === undefined && state === 'well')) return;
  const { name, topology } = seen.site;
  const says =
    state === 'well'
      ? `${name} can fail over again.`
      : `${name} could not fail over as it should: ${firstOf(problems, '; ')}.`;
  tools.log.warn(says, { diagnosis: diagnosis.kind });
  const detail = {
    topology,
    site: name,
    diagnosis: diagnosis.kind,
    problems,
    says,
    at: new Date(seen.at).toISOString(),
  };
  await tools.announce(state === 'well' ? 'Site Recovered' : 'Site Degraded', detail);
}

function problemsOf({ kind, says }: Diagnosis, others: readonly string[]): readonly string[] {
  const own = kind === 'Healthy' ? [] : [says];
  return kind === 'StandbyUnfit' ? (others.length > 0 ? others : own) : [...own, ...others];
}
