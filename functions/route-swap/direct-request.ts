import { type ManagedSite, routerNamed, routersOf } from '#failover/site.ts';
import type { Trigger } from '#failover/trigger.ts';
import * as z from '#functions/validation.ts';

const Ec2StateChange = z.object({
  source: z.literal('aws.ec2'),
  id: z.string(),
  detail: z.object({ 'instance-id': z.string(), state: z.string() }),
});

const ProbeRequest = z.strictObject({ action: z.literal('probe'), id: z.string() });

const OperatorRequest = z.strictObject({
  action: z.enum(['switchover', 'failback']),
  id: z.string().check(z.minLength(1), z.maxLength(128)),
  /** Router name; a failback needs none. */
  to: z.optional(z.string()),
  by: z.string().check(z.minLength(1), z.maxLength(256)),
  reason: z.string().check(z.minLength(1), z.maxLength(1024)),
});

const DirectRequest = z.union([Ec2StateChange, ProbeRequest, OperatorRequest]);

/**
 * Turns an EventBridge event or a direct invocation into a trigger. IAM and the rule's pattern decide who gets here.
 *
 * @throws Error naming what is wrong: the caller is a program of ours or an operator
 */
export function readDirectRequest(payload: unknown, site: ManagedSite): Trigger {
  const result = z.safeParse(DirectRequest, payload);
  if (!result.success) throw new Error(`Not a request that route-swap knows: ${z.prettifyError(result.error)}`);
  const request = result.data;
  if ('source' in request) {
    return { kind: 'ec2', id: request.id, instance: request.detail['instance-id'], state: request.detail.state };
  }
  if (request.action === 'probe') return { kind: 'probe', id: request.id };
  const to = request.action === 'failback' ? site.routers.active.name : (request.to ?? '');
  if (routerNamed(site, to) === undefined) {
    const names = routersOf(site).map((router) => router.name);
    throw new Error(`Unknown router "${to}": site ${site.name} has ${names.join(' and ')}.`);
  }
  return { kind: 'operator', id: request.id, act: request.action, to, by: request.by, reason: request.reason };
}
