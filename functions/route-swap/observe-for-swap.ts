import { decide } from '#failover/decision.ts';
import type { Observation } from '#failover/observation.ts';
import { routerNamed } from '#failover/site.ts';
import type { Trigger } from '#failover/trigger.ts';
import { observe } from '#functions/observe.ts';
import { type RoundPorts, readRound, readRouter, withReading, withRound } from '#functions/read-round.ts';
import type { SwapPorts } from './ports.ts';

/**
 * As `observe`, and more where that is not enough: what health-probe has read and the store did not take, a fresh reading of
 * the target of a person's move (rule 6), and without the store the routers are asked themselves.
 */
export async function observeForSwap(trigger: Trigger, tools: SwapPorts): Promise<Observation> {
  const rounds = trigger.kind === 'probe' ? (trigger.rounds ?? []) : [];
  const seen = rounds.reduce(withRound, tools.unjournaled.addTo(await observe(trigger, tools)));
  if (!seen.stored.reachable) return observeWithoutStore(seen, tools);
  return trigger.kind === 'operator' ? withFreshTarget(seen, tools) : seen;
}

/** Without the store nobody's word is remembered. The routers are asked over SSM where the decision is open without that. */
export async function observeWithoutStore(seen: Observation, tools: SwapPorts): Promise<Observation> {
  if (seen.trigger.kind !== 'operator' && decide(seen).kind === 'swap') return seen;
  const round = await readRound(withoutMetrics(tools));
  return { ...withRound(seen, round), at: round.at };
}

async function withFreshTarget(seen: Observation, tools: SwapPorts): Promise<Observation> {
  const { trigger, site } = seen;
  const target = trigger.kind === 'operator' ? routerNamed(site, trigger.to) : undefined;
  if (target === undefined) return seen;
  const reading = await readRouter(target, withoutMetrics(tools));
  const at = tools.now();
  return { ...withReading(seen, target, reading, at), at };
}

/** health-probe alone emits the metrics of a reading. */
function withoutMetrics(tools: SwapPorts): RoundPorts {
  return { ...tools, routerMetric: () => undefined };
}
