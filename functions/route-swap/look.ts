import type { Observation } from '#failover/observation.ts';
import type { Trigger } from '#failover/trigger.ts';
import { observe } from '#functions/observe.ts';
import { readRound, withRound } from '#functions/read-round.ts';
import type { SwapTools } from './tools.ts';

/**
 * As `observe`. But where the store does not answer, nobody's word on BGP is known and no router is proven fit; a person,
 * who may set the store aside and not that, waits while the routers are asked themselves.
 */
export async function look(trigger: Trigger, tools: SwapTools): Promise<Observation> {
  const seen = await observe(trigger, tools);
  if (trigger.kind !== 'operator' || seen.memory.reachable) return seen;
  // The metrics of a round are the probe's.
  const round = await readRound({ ...tools, metric: () => undefined });
  return { ...withRound(seen, round), at: round.at };
}
