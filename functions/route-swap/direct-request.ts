import { MoveRequest, ProbeRequest, SiteRequest } from '#contracts/route-swap-requests.ts';
import * as z from '#contracts/validation.ts';
import { listOf } from '#failover/clause.ts';
import type { ManagedSite } from '#failover/site.ts';
import type { Trigger } from '#failover/trigger.ts';
import { AwsEvent, triggerOf } from './aws-event.ts';
import { faultsIn, unknownRouterIn } from './request-faults.ts';

/** A request to route-swap outside the HTTP API: a trigger of a swap, or another action. */
export type DirectRequest = { readonly trigger: Trigger; readonly dryRun: boolean } | { readonly act: SiteRequest };

const OperatorRequest = z.discriminatedUnion('action', [MoveRequest, SiteRequest]);
const DirectInvocation = z.discriminatedUnion('action', [ProbeRequest, OperatorRequest]);

/**
 * Reads an EventBridge event or a direct invocation. IAM and the rules' patterns decide who gets here.
 *
 * @throws Error that names all faults: the caller is a program of this project or an operator
 */
export function readDirectRequest(payload: unknown, site: ManagedSite): DirectRequest {
  if (isEvent(payload)) return { trigger: triggerOf(parseAs(AwsEvent, payload, site)), dryRun: false };
  const request = parseAs(DirectInvocation, payload, site);
  if (request.action === 'probe')
    return { trigger: { kind: 'probe', id: request.id, rounds: request.rounds }, dryRun: false };
  return ofOperator(request, site);
}

/**
 * Reads a request of a viewer or an operator. Events and probe rounds are refused: the form of an event accepts further keys, so that a
 * request with the keys of one would be read as one.
 *
 * @param otherFaults those that the caller has found
 * @throws Error that names all faults, each with its key
 */
export function readRequestOfOperator(
  payload: unknown,
  site: ManagedSite,
  otherFaults: readonly string[] = [],
): DirectRequest {
  return ofOperator(parseAs(OperatorRequest, payload, site, otherFaults), site);
}

/** No other message has the key. */
function isEvent(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'source' in payload;
}

function parseAs<Schema extends z.core.$ZodType>(
  schema: Schema,
  payload: unknown,
  site: ManagedSite,
  otherFaults: readonly string[] = [],
): z.infer<Schema> {
  const result = z.safeParse(schema, payload);
  const router = unknownRouterIn(payload, site);
  const faults = [...otherFaults, ...(router === undefined ? [] : [router])];
  if (result.success && faults.length === 0) return result.data;
  const all = [...(result.error === undefined ? [] : faultsIn(result.error)), ...faults];
  throw new Error(`Not a request that route-swap knows: ${listOf(all, '; ')}.`);
}

function ofOperator(request: z.infer<typeof OperatorRequest>, site: ManagedSite): DirectRequest {
  switch (request.action) {
    case 'switchover':
    case 'failback':
      return { trigger: toMove(request, site), dryRun: request.dryRun ?? false };
    case 'maintenance':
    case 'rehearse':
    case 'examine':
    case 'status':
    case 'history':
    case 'result':
    case 'request':
    case 'pause':
    case 'resume':
    case 'record-drill':
    case 'acknowledge':
      return { act: request };
  }
}

function toMove(request: MoveRequest, site: ManagedSite): Trigger {
  const { action: act, id: moveId, overrides = [] } = request;
  const to = act === 'failback' ? site.routers.active.name : (request.to ?? '');
  return { kind: 'operator', id: moveId, act, to, by: request.by, reason: request.reason, overrides };
}
