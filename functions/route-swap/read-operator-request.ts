import { orderFaultsIn, requestIn } from '#contracts/site-api.ts';
import { type Requester, requesterName } from '#failover/requester.ts';
import type { HttpEvent } from '#functions/http.ts';
import { readSender, type Sender } from '#functions/read-sender.ts';
import { type Rejection, reject } from '#functions/rejection.ts';
import { type DirectRequest, readRequestOfOperator } from './direct-request.ts';
import type { SwapPorts } from './ports.ts';

export interface OperatorRequest {
  readonly request: DirectRequest;
  readonly requestedBy: Requester;
}

const MAX_BODY_BYTES = 64 * 1024;

/** Reads a request of a viewer or an operator to the HTTP API, or rejects it. */
export function readOperatorRequest(
  event: HttpEvent,
  ports: Pick<SwapPorts, 'site' | 'account'>,
): OperatorRequest | Rejection {
  const sender = readSender(event, ports, MAX_BODY_BYTES);
  if ('status' in sender) return sender;
  try {
    return { request: asOperator(sender, event, ports.site), requestedBy: sender.requestedBy };
  } catch (error) {
    return reject(400, 'malformed-request', (error as Error).message);
  }
}

/** @throws Error for anything that is no request to this site */
function asOperator({ body, requestedBy }: Sender, event: HttpEvent, site: SwapPorts['site']): DirectRequest {
  const { routeKey, pathParameters = {}, queryStringParameters: query = {}, requestContext } = event;
  const sender = { by: requesterName(requestedBy), id: requestContext.requestId };
  const request = requestIn({ routeKey, pathParameters, query, body, ...sender });
  return readRequestOfOperator(request, site, orderFaultsIn({ routeKey, body }));
}
