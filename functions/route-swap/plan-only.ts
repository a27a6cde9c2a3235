import { leastDurationMs } from '#failover/call-pacer.ts';
import { type Decision, decide } from '#failover/decision.ts';
import { planSwap, type SwapPlan } from '#failover/swap-plan.ts';
import type { Trigger } from '#failover/trigger.ts';
import { look } from './look.ts';
import type { SwapTools } from './tools.ts';

/** What a trigger would lead to. */
export interface Preview {
  readonly decision: Pick<Decision, 'kind' | 'reason' | 'says'>;
  /** Undefined: nothing would move. */
  readonly plan: SwapPlan | undefined;
  /** What EC2's throttle alone makes of it, ms, from a full bucket. */
  readonly atLeastMs: number;
}

/** The same eyes, the same decision, the same plan; nothing is written. */
export async function planOnly(trigger: Trigger, tools: SwapTools): Promise<Preview> {
  const seen = await look(trigger, tools);
  const decision = decide(seen);
  const { kind, reason, says } = decision;
  const plan = decision.kind === 'swap' ? planSwap(seen, decision.target) : undefined;
  return { decision: { kind, reason, says }, plan, atLeastMs: leastDurationMs(plan?.steps.length ?? 0) };
}
