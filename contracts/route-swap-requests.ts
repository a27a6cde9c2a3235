/** What may be asked of route-swap: by its HTTP API (`site-api.ts`), or by direct invocation. IAM decides who may. */
import { LAST_FIT } from '#failover/last-fit.ts';
import { OVERRIDES } from '#failover/trigger.ts';
import { ProbeRound } from './bgp-counts.ts';
import { Drill } from './drill.ts';
import type { Message } from './message.ts';
import { RequestId } from './request-progress.ts';
import * as z from './validation.ts';

/** Of a trigger: the same on each retry. */
export const TriggerId = z.string().check(z.minLength(1), z.maxLength(128));

const by = z.string().check(z.minLength(1), z.maxLength(256));
const reason = z.string().check(z.minLength(1), z.maxLength(1024));

/** A pause lasts a week at most. */
export const LONGEST_PAUSE_MS = 7 * 24 * 3_600_000;

/** health-probe asks for the swap that it would decide on. Answer: SwapResult. */
export const ProbeRequest = z.strictObject({
  action: z.literal('probe'),
  id: TriggerId,
  /** Its last rounds, where the store may not have them. */
  rounds: z.optional(z.array(ProbeRound)),
});
export type ProbeRequest = Message<typeof ProbeRequest>;

/** An operator asks for the routes to move. Answer: SwapResult, or Preview with `dryRun`. */
export const MoveRequest = z.strictObject({
  action: z.enum(['switchover', 'failback']),
  id: TriggerId,
  /** Router name; a failback needs none. */
  to: z.optional(z.string()),
  by,
  reason,
  overrides: z.optional(z.array(z.enum(OVERRIDES))),
  /** Decide and plan, and change nothing. */
  dryRun: z.optional(z.boolean()),
});
export type MoveRequest = Message<typeof MoveRequest>;

/** Could the site fail over now? Answer: Rehearsal. */
export const RehearseRequest = z.strictObject({ action: z.literal('rehearse') });
export type RehearseRequest = Message<typeof RehearseRequest>;

/**
 * Requests that move no route. Answers: Rehearsal, Examination, SiteStatus, History, SwapProgress, RequestProgress; Done for the others.
 */
export const SiteRequest = z.discriminatedUnion('action', [
  RehearseRequest,
  /** What do the routers themselves show? Takes some seconds. */
  z.strictObject({ action: z.literal('examine') }),
  z.strictObject({ action: z.literal('status') }),
  z.strictObject({
    action: z.literal('history'),
    limit: z.optional(z.int().check(z.positive(), z.maximum(1000))),
    /** Only the newest entries of this trigger that are `detailed`, with their details. */
    id: z.optional(TriggerId),
  }),
  /** How far the switchover or failback with that id has come. */
  z.strictObject({ action: z.literal('result'), id: TriggerId }),
  /** How far a request to config-push has come. */
  z.strictObject({ action: z.literal('request'), id: RequestId }),
  z.strictObject({
    action: z.literal('pause'),
    forMs: z.int().check(z.positive(), z.maximum(LONGEST_PAUSE_MS)),
    by,
    reason,
  }),
  z.strictObject({ action: z.literal('resume'), by }),
  /** `id`: of an entry of the history; absent: the present condition of the site. */
  z.strictObject({ action: z.literal('acknowledge'), id: z.optional(TriggerId), by, reason }),
  z.strictObject({
    action: z.literal('maintenance'),
    router: z.string(),
    on: z.boolean(),
    by,
    reason,
    /** Rules that the operator overrides, also for the history. The HTTP API applies the rule, except while a swap is under way. */
    overrides: z.optional(z.array(z.enum([LAST_FIT]))),
  }),
  /** Records a drill that has ended. `says`: its result as a sentence. */
  z.strictObject({ action: z.literal('record-drill'), id: TriggerId, by, says: reason, drill: Drill }),
]);
export type SiteRequest = Message<typeof SiteRequest>;

export type RouteSwapRequest = ProbeRequest | MoveRequest | SiteRequest;

/** Whether a request changes neither routes nor the site's state. */
export function changesNothing(request: RouteSwapRequest): boolean {
  switch (request.action) {
    case 'status':
    case 'history':
    case 'rehearse':
    case 'examine':
    case 'result':
    case 'request':
      return true;
    case 'switchover':
    case 'failback':
      return request.dryRun ?? false;
    case 'probe':
    case 'pause':
    case 'resume':
    case 'acknowledge':
    case 'maintenance':
    case 'record-drill':
      return false;
  }
}
