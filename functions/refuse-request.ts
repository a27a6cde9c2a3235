import { type HttpAnswer, type HttpEvent, json } from './http.ts';
import type { Log } from './log.ts';
import type { Rejection } from './rejection.ts';

/** The answer to a request that is not acted on. The log has its sender. */
export function refuseRequest({ status, reason, says, expected }: Rejection, event: HttpEvent, log: Log): HttpAnswer {
  const { authorizer, http } = event.requestContext;
  const sender = { caller: authorizer.iam.userArn, expected, sourceIp: http.sourceIp, route: event.routeKey };
  log.warn(says, { reason, ...sender });
  return json(status, { outcome: 'refused', reason, says });
}
