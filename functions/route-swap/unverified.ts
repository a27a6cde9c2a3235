import { type Requester, requesterName } from '#failover/requester.ts';
import type { DirectRequest } from './direct-request.ts';

/** Marks the operator of a direct invocation: a function cannot know who invoked it, so the name is what the payload states. */
export function unverified(request: DirectRequest): {
  readonly request: DirectRequest;
  readonly requestedBy?: Requester;
} {
  if ('act' in request) {
    const { act } = request;
    if (!('by' in act)) return { request };
    const requestedBy = { stated: act.by };
    return { request: { act: { ...act, by: requesterName(requestedBy) } }, requestedBy };
  }
  const { trigger, dryRun } = request;
  if (trigger.kind !== 'operator') return { request };
  const requestedBy = { stated: trigger.by };
  return { request: { trigger: { ...trigger, by: requesterName(requestedBy) }, dryRun }, requestedBy };
}
