/** What one run of route-swap observed, decided and called. */
import type { Message, Sent } from './message.ts';
import { Decision } from './preview.ts';
import { Diagnosis, ObservedRoute, ObservedSite } from './site-status.ts';
import { Route } from './swap-result.ts';
import { RecordedTrigger } from './trigger.ts';
import * as z from './validation.ts';

/** DynamoDB accepts 400 KB an item; a detail with these numbers of routes and calls is always smaller. */
export const MAX_ROUTES_IN_DETAIL = 200;
export const MAX_CALLS_IN_DETAIL = 300;

/** One call to AWS. */
const SwapCall = z.object({
  /** As in IAM: `ec2:ReplaceRoute`. */
  name: z.string(),
  /** What the call was for, where the name does not show it, as a clause: `takes the lease and writes the journal`. */
  purpose: z.optional(z.string()),
  route: z.optional(Route),
  /** Name of the router that the call was about. */
  router: z.optional(z.string()),
  /** ms from the trigger's arrival. */
  startMs: z.number(),
  tookMs: z.number(),
  /** Code and message, at most 200 characters of it; absent: the call succeeded. */
  error: z.optional(z.string()),
});
export type SwapCall = Message<typeof SwapCall>;

export const SwapDetail = z.object({
  /** Of the functions (`PRODUCT_VERSION`): the rules may differ between versions. */
  version: z.string(),
  trigger: RecordedTrigger,
  /**
   * What the decision rests on; its `at` is the time of the observation. Its routes are the first `MAX_ROUTES_IN_DETAIL`, those that
   * moved or are not at the target before the others. Routers of other sites are left out.
   */
  seen: ObservedSite,
  diagnosis: Diagnosis,
  decision: Decision,
  /** In the order in which they began; of more than `MAX_CALLS_IN_DETAIL` the last ones. The writes of the record itself are left out. */
  calls: z.array(SwapCall),
  /** The same routes as EC2 showed them last; absent: no ReplaceRoute was called. */
  routesAfter: z.optional(z.array(ObservedRoute)),
  /** Numbers of all routes and calls. */
  counts: z.object({ routes: z.number(), calls: z.number() }),
});
export type SwapDetail = Message<typeof SwapDetail>;
/** The same as it is written and sent. */
export type SentSwapDetail = Sent<typeof SwapDetail>;
