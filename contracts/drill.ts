/** The result of a drill, as the history keeps it. */
import type { Message } from './message.ts';
import * as z from './validation.ts';

const name = z.string().check(z.minLength(1), z.maxLength(63));
const ms = z.optional(z.number().check(z.nonnegative()));

/** One movement of the routes. Absent times were not measured. */
export const DrillLeg = z.object({
  /** The router that got the routes. */
  to: name,
  cause: z.enum(['switchover', 'stopped-instance']),
  /** From the first lost packet to the arrival of the report or event at route-swap; only of a stopped instance. */
  detectMs: ms,
  /** From the arrival of the trigger to the decision. */
  decideMs: ms,
  /** From the decision to the last route that was read back. */
  swapMs: ms,
  /** From EC2's last accepted ReplaceRoute to the first reply after the last lost packet; 0: none was lost after it. */
  convergeMs: ms,
  /** Packets of the measuring host that had time for a reply, those without one, and the time without replies. */
  sent: z.optional(z.int().check(z.nonnegative())),
  lost: z.optional(z.int().check(z.nonnegative())),
  outageMs: ms,
  /** Why packets were not measured, as a clause. */
  notMeasured: z.optional(z.string().check(z.maxLength(500))),
});
export type DrillLeg = Message<typeof DrillLeg>;

/**
 * `passed`: the routes moved and returned, within the loss budget. `exceeded`: a movement exceeded the budget; the routes
 * returned at once. `interrupted`: by the operator. `failed`: the routes did not move, or did not return, or the measuring host failed
 * after the drill had begun.
 */
const DRILL_OUTCOMES = ['passed', 'exceeded', 'interrupted', 'failed'] as const;

export const Drill = z.object({
  outcome: z.enum(DRILL_OUTCOMES),
  /** The owner before the drill, and the other router. */
  from: name,
  to: name,
  /** Whether the routes are at `from` again. */
  returned: z.boolean(),
  /** The time without replies that the operator permitted for each movement. */
  budgetMs: z.number().check(z.nonnegative()),
  legs: z.array(DrillLeg).check(z.maxLength(2)),
});
export type Drill = Message<typeof Drill>;
