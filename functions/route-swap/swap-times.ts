import type { SwapTimes } from '#contracts/swap-result.ts';
import type { Trigger } from '#failover/trigger.ts';

/** How a swap went on after its decision, ms since the epoch. */
export interface Progress {
  /** A suspected report made this environment observe the site; undefined: nothing was prepared. */
  readonly preparedAt?: number | undefined;
  /** Lease and journal were written; undefined: the swap had none. */
  readonly begunAt?: number;
  /** EC2 accepted a ReplaceRoute, in order. */
  readonly accepted: readonly number[];
}

/** @param began when the trigger arrived */
export function swapTimes(
  trigger: Trigger,
  began: number,
  { decidedAt, preparedAt, begunAt, accepted }: Progress & { readonly decidedAt: number },
): SwapTimes {
  const since = (at: number | undefined) => (at === undefined ? undefined : at - began);
  return {
    noticed: trigger.kind === 'report' ? since(trigger.noticedAt) : undefined,
    prepared: since(preparedAt),
    decided: decidedAt - began,
    begun: since(begunAt),
    firstAccepted: since(accepted[0]),
    lastAccepted: since(accepted.at(-1)),
  };
}
