import type { InstallResult } from '#contracts/install-result.ts';
import type { PushPlan } from '#contracts/push-plan.ts';
import type { BadRequest, WrongTopology } from '#contracts/push-request.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { requesterName } from '#failover/requester.ts';
import { checkUnconfirmed } from './confirm/check-unconfirmed.ts';
import { endUnconfirmed } from './confirm/end-unconfirmed.ts';
import { installSite } from './install/install-site.ts';
import { parseRequest } from './parse-request.ts';
import { toPushPlan } from './plan/plan-answer.ts';
import { planSite } from './plan/plan-site.ts';
import { parsePushedTopology } from './plan/pushed-topology.ts';
import type { PushPorts } from './ports.ts';
import { pushSite } from './push/push-site.ts';
import { recoverAbandoned } from './recover/recover-abandoned.ts';

export type ConfigPushAnswer = PushPlan | PushResult | InstallResult | WrongTopology | BadRequest;

/**
 * Carries out one request.
 *
 * @param caller as API Gateway verified it; undefined: the request came by Lambda Invoke, which does not give a function its caller
 */
export async function answerRequest(payload: unknown, ports: PushPorts, caller?: string): Promise<ConfigPushAnswer> {
  const request = parseRequest(payload, ports.site);
  if ('outcome' in request) {
    ports.log.warn(request.says, {});
    return request;
  }
  const stated = 'by' in request && request.by !== undefined ? { stated: request.by } : {};
  const requestedBy = { ...(caller !== undefined && { arn: caller }), ...stated };
  const sender = { requestedBy, by: requesterName(requestedBy) };
  switch (request.action) {
    case 'plan': {
      const { topology, mistakes } = parsePushedTopology(request.topology, ports);
      if (topology === undefined) return { outcome: 'wrong-topology', says: mistakes };
      return toPushPlan(await planSite(topology, request.overrides, ports));
    }
    case 'push':
      return pushSite({ ...request, ...sender }, ports);
    case 'held':
      return checkUnconfirmed(request, ports);
    case 'confirm':
    case 'undo':
      return endUnconfirmed({ ...request, action: request.action, requestedBy }, ports);
    case 'settle':
      return recoverAbandoned(ports);
    case 'install':
      return installSite({ ...request, ...sender }, ports);
  }
}
