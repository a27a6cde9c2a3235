import type { Message } from './message.ts';
import { Route } from './swap-result.ts';
import * as z from './validation.ts';

/** A decision as answers show it. */
export const Decision = z.object({ kind: z.string(), reason: z.string(), says: z.string() });

/** Answer to `switchover` and `failback` with `dryRun`: what the request would lead to. */
export const Preview = z.object({
  decision: Decision,
  /** Absent: nothing would move. */
  plan: z.optional(
    z.object({
      to: z.object({ router: z.string(), eni: z.string() }),
      /** `from`: the interface that the route points at now. */
      steps: z.array(z.extend(Route, { from: z.string() })),
    }),
  ),
  /** The least time that EC2's throttle allows for the plan, ms, from a full bucket. */
  atLeastMs: z.number(),
});
export type Preview = Message<typeof Preview>;
