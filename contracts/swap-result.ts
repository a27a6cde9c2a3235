import { OUTCOMES } from '#failover/swap-record.ts';
import type { Message } from './message.ts';
import * as z from './validation.ts';

/** How a trigger ended: the meanings are in `failover/swap-record.ts`. */
export const Outcome = z.enum(OUTCOMES);

/** A managed route. */
export const Route = z.object({ table: z.string(), destination: z.string() });

/** When the steps of a swap ended, ms from the trigger's arrival (the read-back: `tookMs`). */
export const SwapTimes = z.object({
  /** The reporter noticed the failure: negative. Absent: no router reported it. */
  noticed: z.optional(z.number()),
  /** A suspected report made route-swap observe the site, and this swap was decided on it: negative. Absent: nothing was prepared. */
  prepared: z.optional(z.number()),
  decided: z.number(),
  /** Lease and journal were written, at the same time as it was decided if it was prepared; absent: the swap had none. */
  begun: z.optional(z.number()),
  /** EC2's first and last answer that accepted a ReplaceRoute; absent: none was accepted. */
  firstAccepted: z.optional(z.number()),
  lastAccepted: z.optional(z.number()),
});
export type SwapTimes = Message<typeof SwapTimes>;

/** What a trigger led to: answer to `probe`, `switchover` and `failback`, and to a router's report. */
export const SwapResult = z.object({
  outcome: Outcome,
  /** The decision's reason, for programs. */
  reason: z.string(),
  /** The decision's sentence, for operators. */
  says: z.string(),
  site: z.string(),
  /** Router that all of the pair's routes point at afterwards; undefined: they are split. */
  owner: z.optional(z.string()),
  /** Number of the last swap that began. */
  epoch: z.number(),
  /** Routes that this run moved and read back. */
  moved: z.array(Route),
  /** Routes that are not at the target yet. */
  remaining: z.array(z.extend(Route, { why: z.string() })),
  /** Managed routes that point at neither router, or are missing: never touched; an operator must repair them. */
  foreign: z.array(Route),
  /** The store did not answer, and the swap went on without lease and journal. */
  lockBypassed: z.boolean(),
  /** From the trigger's arrival to the last read-back, ms. */
  tookMs: z.number(),
  /** Absent: no swap, or a function of an earlier version. */
  times: z.optional(SwapTimes),
});
export type SwapResult = Message<typeof SwapResult>;
