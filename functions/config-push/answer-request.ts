import type { PushPlan } from '#contracts/push-plan.ts';
import type { BadRequest, WrongTopology } from '#contracts/push-request.ts';
import type { PushResult } from '#contracts/push-result.ts';
import { stillHeld } from './confirm/check-unconfirmed.ts';
import { endHeld } from './confirm/end-unconfirmed.ts';
import { parseRequest } from './parse-request.ts';
import { answerOfPlan } from './plan/plan-answer.ts';
import { planSite } from './plan/plan-site.ts';
import { wantedTopology } from './plan/pushed-topology.ts';
import type { PushTools } from './ports.ts';
import { pushConfig } from './push/push-site.ts';
import { settleAbandoned } from './recover/recover-abandoned.ts';

export type ConfigPushAnswer = PushPlan | PushResult | WrongTopology | BadRequest;

/** What config-push does with each request. */
export async function answerRequest(payload: unknown, tools: PushTools): Promise<ConfigPushAnswer> {
  const request = parseRequest(payload);
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
