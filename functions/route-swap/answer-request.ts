import type { Requester } from '#failover/requester.ts';
import { answerSiteRequest } from './answer-site-request.ts';
import type { DirectRequest } from './direct-request.ts';
import { planOnly } from './plan-only.ts';
import type { SwapPorts } from './ports.ts';
import { swapRoutes } from './swap-routes.ts';

/**
 * Answers a request that came by the HTTP API or by direct invocation.
 *
 * @param requestedBy of an operator's request
 */
export function answerRequest(request: DirectRequest, requestedBy: Requester | undefined, ports: SwapPorts) {
  if ('act' in request) return answerSiteRequest(request.act, ports, requestedBy);
  const { trigger, dryRun } = request;
  const asked = trigger.kind === 'operator' && requestedBy !== undefined ? { ...trigger, requestedBy } : trigger;
  return dryRun ? planOnly(asked, ports) : swapRoutes(asked, ports);
}
