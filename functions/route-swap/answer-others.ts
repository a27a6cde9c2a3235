import { isOperatorRoute } from '#contracts/site-api.ts';
import { isHttp } from '#functions/http.ts';
import { answerOperator } from './answer-operator.ts';
import { answerRequest } from './answer-request.ts';
import { readDirectRequest } from './direct-request.ts';
import type { SwapPorts } from './ports.ts';
import { unverified } from './unverified.ts';
import { refuseChangesOfViewers } from './view-only.ts';

/**
 * Answers all but the routers' own messages: requests of viewers and operators over the HTTP API, and direct invocations by EventBridge,
 * health-probe and, in an emergency, operators.
 *
 * @param correlate gets the id of a trigger, for the log
 * @throws Error that names the fault of a direct invocation
 */
export async function answerOthers(
  event: unknown,
  invokedFunctionArn: string,
  ports: SwapPorts,
  correlate: (id: string) => void,
): Promise<unknown> {
  refuseChangesOfViewers(event, invokedFunctionArn);
  if (isHttp(event) && isOperatorRoute(event.routeKey)) return answerOperator(event, ports);
  const { request, requestedBy } = unverified(readDirectRequest(event, ports.site));
  if ('trigger' in request) correlate(request.trigger.id);
  return answerRequest(request, requestedBy, ports);
}
