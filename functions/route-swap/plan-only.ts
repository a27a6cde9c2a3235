import type { Preview } from '#contracts/preview.ts';
import { leastDurationMs } from '#failover/call-pacer.ts';
import { decide } from '#failover/decision.ts';
import { planSwap } from '#failover/swap-plan.ts';
import type { Trigger } from '#failover/trigger.ts';
import { observeForSwap } from './observe-for-swap.ts';
import type { SwapPorts } from './ports.ts';

/** Observes, decides and plans as a swap does, and writes nothing. */
export async function planOnly(trigger: Trigger, ports: SwapPorts): Promise<Preview> {
  const observation = await observeForSwap(trigger, ports);
  const decision = decide(observation);
  const { kind, reason, says } = decision;
  const plan = decision.kind === 'swap' ? planSwap(observation, decision.target) : undefined;
  return { decision: { kind, reason, says }, plan, atLeastMs: leastDurationMs(plan?.steps.length ?? 0) };
}
