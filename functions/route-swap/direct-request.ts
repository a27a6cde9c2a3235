import { MoveRequest, ProbeRequest, SiteRequest } from '#contracts/route-swap-requests.ts';
import * as z from '#contracts/validation.ts';
import { type ManagedSite, routerNamed, routersOf } from '#failover/site.ts';
import type { Trigger } from '#failover/trigger.ts';
import { AwsEvent, triggerOf } from './aws-event.ts';

/** A request to route-swap outside the HTTP API: a trigger of a swap, or another action. */
export type DirectRequest = { readonly trigger: Trigger; readonly dryRun: boolean } | { readonly act: SiteRequest };

const OperatorRequest = z.union([MoveRequest, SiteRequest]);
const ProgramRequest = z.union([AwsEvent, ProbeRequest]);
const Request = z.union([ProgramRequest, OperatorRequest]);

/**
 * Reads an EventBridge event or a direct invocation. IAM and the rules' patterns decide who gets here.
 *
 * @throws Error that names the fault: the caller is a program of this project or an operator
 */
export function readDirectRequest(payload: unknown, site: ManagedSite): DirectRequest {
  const request = parseAs(Request, payload);
  if ('source' in request) return { trigger: triggerOf(request), dryRun: false };
  if (request.action === 'probe')
    return { trigger: { kind: 'probe', id: request.id, rounds: request.rounds }, dryRun: false };
  return ofOperator(request, site);
}

/**
 * Reads a request of a viewer or an operator. Events and probe rounds are refused: the form of an event accepts further keys, so that a
 * request with the keys of one would be read as one.
 *
 * @throws Error that names the fault
 */
export function readRequestOfOperator(payload: unknown, site: ManagedSite): DirectRequest {
  return ofOperator(parseAs(OperatorRequest, payload), site);
}

function parseAs<Schema extends z.core.$ZodType>(schema: Schema, payload: unknown): z.infer<Schema> {
  const result = z.safeParse(schema, payload);
  if (!result.success) throw new Error(`Not a request that route-swap knows: ${z.prettifyError(result.error)}`);
  return result.data;
}

function ofOperator(request: z.infer<typeof OperatorRequest>, site: ManagedSite): DirectRequest {
  switch (request.action) {
    case 'switchover':
    case 'failback':
      return { trigger: toMove(request, site), dryRun: request.dryRun ?? false };
    case 'maintenance':
      return { act: { ...request, router: known(request.router, site) } };
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
  const to = act === 'failback' ? site.routers.active.name : known(request.to ?? '', site);
  return { kind: 'operator', id: moveId, act, to, by: request.by, reason: request.reason, overrides };
}

function known(router: string, site: ManagedSite): string {
  if (routerNamed(site, router) !== undefined) return router;
  const names = routersOf(site).map(({ name }) => name);
  throw new Error(`Unknown router "${router}": site ${site.name} has ${names.join(' and ')}.`);
}
