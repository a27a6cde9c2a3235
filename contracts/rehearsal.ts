import type { Message } from './message.ts';
import { Route } from './swap-result.ts';
import * as z from './validation.ts';

/** Answer to `rehearse`: could the site fail over now? */
export const Rehearsal = z.object({
  ready: z.boolean(),
  /** Why not, one clause each. */
  problems: z.array(z.string()),
  /** Number of routes that EC2 was asked about in this round. */
  rehearsed: z.number(),
  /** Refused in this round, or before and not asked about since. Absent: EC2 was not asked. */
  refused: z.optional(z.array(z.extend(Route, { why: z.string() }))),
  /** Neither permitted nor refused in this round: the dry run failed, or EC2 throttled it. Absent: none, or an earlier version. */
  unknown: z.optional(z.array(z.extend(Route, { why: z.string() }))),
  /** Not asked, because a swap is under way: it needs EC2's throttle, and an observation would show half of it. */
  underWay: z.optional(z.literal(true)),
});
export type Rehearsal = Message<typeof Rehearsal>;
