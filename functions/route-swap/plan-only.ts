import type { Preview } from '#contracts/preview.ts';
import { leastDurationMs } from '#failover/call-pacer.ts';
import { decide } from '#failover/decision.ts';
import { planSwap } from '#failover/swap-plan.ts';
import type { Trigger } from '#failover/trigger.ts';
import { observeForSwap } from './observe-for-swap.ts';
import type { SwapPorts } from './ports.ts';

/** The same eyes, the same decision, the same plan; nothing is written. */
export async function planOnly(trigger: Trigger, tools: SwapPorts): Promise<Preview> {
  const seen = await observeForSwap(trigger, tools);
  const decision = decide(seen);
  const { kind, reason, says } = decision;
  const plan = decision.kind === 'swap' ? planSwap(seen, decision.target) : undefined;
  return { decision: { kind, reason, says }, plan, atLeastMs: leastDurationMs(plan?.steps.length ?? 0) };
}
