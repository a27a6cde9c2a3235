import { stillHeld } from './confirm/check-unconfirmed.ts';
import { endHeld } from './confirm/end-unconfirmed.ts';
import { answerOfPlan, type PlanAnswer } from './plan/plan-answer.ts';
import { planSite, type WrongTopology } from './plan/plan-site.ts';
import { wantedTopology } from './plan/pushed-topology.ts';
import type { PushTools } from './ports.ts';
import { pushConfig } from './push/push-site.ts';
import { settleAbandoned } from './recover/recover-abandoned.ts';
import { type BadRequest, readConfigPushRequest } from './request.ts';
import type { PushResult } from './result.ts';

export type ConfigPushAnswer = PlanAnswer | PushResult | WrongTopology | BadRequest;

/** What config-push does with each request. */
export async function answerRequest(payload: unknown, tools: PushTools): Promise<ConfigPushAnswer> {
  const request = readConfigPushRequest(payload);
  if ('outcome' in request) {
    tools.log.warn(request.says, {});
    return request;
  }
  switch (request.action) {
    case 'plan': {
      const { topology, mistakes } = wantedTopology(request.topology, tools.site);
      if (topology === undefined) return { outcome: 'wrong-topology', says: mistakes };
      return answerOfPlan(await planSite(topology, request.overrides, tools));
    }
    case 'push':
      return pushConfig(request, tools);
    case 'held':
      return stillHeld(request, tools);
    case 'confirm':
    case 'undo':
      return endHeld({ ...request, action: request.action }, tools);
    case 'settle':
      return settleAbandoned(tools);
  }
}
