import * as z from '#contracts/validation.ts';
import { type ManagedSite, routerNamed, routersOf } from '#failover/site.ts';
import { OVERRIDES, type Trigger } from '#failover/trigger.ts';
import { AwsEvent, id, triggerOf } from './aws-event.ts';
import type { SiteAct } from './site-acts.ts';

/** What may be asked of route-swap without the HTTP API: a trigger of the swap story, or an act beside it. */
export type DirectRequest = { readonly trigger: Trigger; readonly dryRun: boolean } | { readonly act: SiteAct };

const by = z.string().check(z.minLength(1), z.maxLength(256));
const reason = z.string().check(z.minLength(1), z.maxLength(1024));
const LONGEST_PAUSE_MS = 7 * 24 * 3_600_000;

const sessions = z.object({
  configured: z.int(),
  established: z.int(),
  receiving: z.int(),
  unreadable: z.int(),
});
const reading = z.object({
  instance: z.string(),
  at: z.optional(z.number()),
  bgp: z.object({ tunnels: sessions, pair: sessions }),
});

const Probe = z.strictObject({
  action: z.literal('probe'),
  id,
  /** What it read last, where the store cannot tell. */
  rounds: z.optional(
    z.array(
      z.object({
        turn: z.optional(z.string()),
        at: z.number(),
        pairUpAt: z.optional(z.number()),
        readings: z.record(z.string(), z.nullable(reading)),
        unanswered: z.optional(z.record(z.string(), z.string())),
      }),
    ),
  ),
});

const Move = z.strictObject({
  action: z.enum(['switchover', 'failback']),
  id,
  /** Router name; a failback needs none. */
  to: z.optional(z.string()),
  by,
  reason,
  overrides: z.optional(z.array(z.enum(OVERRIDES))),
  /** Decide and plan, and do nothing. */
  dryRun: z.optional(z.boolean()),
});

const Act = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('rehearse') }),
  z.strictObject({ action: z.literal('status') }),
  z.strictObject({ action: z.literal('history'), limit: z.optional(z.int().check(z.positive(), z.maximum(1000))) }),
  z.strictObject({
    action: z.literal('pause'),
    forMs: z.int().check(z.positive(), z.maximum(LONGEST_PAUSE_MS)),
    by,
    reason,
  }),
  z.strictObject({ action: z.literal('resume'), by }),
  z.strictObject({ action: z.literal('maintenance'), router: z.string(), on: z.boolean(), by, reason }),
]);

const Request = z.union([AwsEvent, Probe, Move, Act]);

/**
 * Reads an EventBridge event or a direct invocation. IAM and the rules' patterns decide who gets here.
 *
 * @throws Error naming what is wrong: the caller is a program of ours or an operator
 */
export function readDirectRequest(payload: unknown, site: ManagedSite): DirectRequest {
  const result = z.safeParse(Request, payload);
  if (!result.success) throw new Error(`Not a request that route-swap knows: ${z.prettifyError(result.error)}`);
  const request = result.data;
  if ('source' in request) return { trigger: triggerOf(request, site), dryRun: false };
  switch (request.action) {
    case 'probe':
      return { trigger: { kind: 'probe', id: request.id, rounds: request.rounds }, dryRun: false };
    case 'switchover':
    case 'failback':
      return { trigger: toMove(request, site), dryRun: request.dryRun ?? false };
    case 'maintenance':
      return { act: { ...request, router: known(request.router, site) } };
    case 'rehearse':
    case 'status':
    case 'history':
    case 'pause':
    case 'resume':
      return { act: request };
  }
}

function toMove(request: z.infer<typeof Move>, site: ManagedSite): Trigger {
  const { action: act, id: moveId, overrides = [] } = request;
  const to = act === 'failback' ? site.routers.active.name : known(request.to ?? '', site);
  return { kind: 'operator', id: moveId, act, to, by: request.by, reason: request.reason, overrides };
}

function known(router: string, site: ManagedSite): string {
  if (routerNamed(site, router) !== undefined) return router;
  const names = routersOf(site).map(({ name }) => name);
  throw new Error(`Unknown router "${router}": site ${site.name} has ${names.join(' and ')}.`);
}
