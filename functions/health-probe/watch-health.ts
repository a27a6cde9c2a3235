import type { Diagnosis } from '#failover/diagnosis.ts';
import type { Observation } from '#failover/observation.ts';
import * as z from '#functions/validation.ts';
import type { ProbeTools } from './probe-site.ts';

const Rehearsal = z.object({ ready: z.boolean(), problems: z.array(z.string()) });

/**
 * Says once when the site stops being able to fail over, and once when it is again; the metric says it every minute.
 *
 * @param answer route-swap's, to a rehearsal or to a swap
 */
export async function watchHealth(
  diagnosis: Diagnosis,
  answer: unknown,
  seen: Observation,
  tools: ProbeTools,
): Promise<void> {
  const problems = problemsOf(diagnosis, answer);
  tools.metric('FailoverReady', problems.length === 0 ? 1 : 0);
  const before = seen.memory.health;
  const state = problems.length === 0 ? 'well' : 'degraded';
  if (before?.state === state) return;
  await tools.store.setHealth({ state, since: seen.at, problems });
  if (before === undefined && state === 'well') return;
  const { name, topology } = seen.site;
  const says =
    state === 'well'
      ? `${name} can fail over again.`
      : `${name} could not fail over as it should: ${problems.join('; ')}.`;
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

function problemsOf({ kind, says }: Diagnosis, answer: unknown): readonly string[] {
  const rehearsal = z.safeParse(Rehearsal, answer);
  const own = kind === 'Healthy' ? [] : [says];
  const others = rehearsal.success ? rehearsal.data.problems : [];
  return kind === 'StandbyUnfit' ? (others.length > 0 ? others : own) : [...own, ...others];
}
