import { requestIn } from '#contracts/site-api.ts';
import { type Requester, requesterName } from '#failover/requester.ts';
import { routersOf } from '#failover/site.ts';
import { sessionOf } from './caller.ts';
import { type DirectRequest, readRequestOfOperator } from './direct-request.ts';
import { bodyOf, type HttpEvent } from './http.ts';
import type { SwapPorts } from './ports.ts';
import { type Rejection, reject } from './rejection.ts';

export interface OperatorRequest {
  readonly request: DirectRequest;
  readonly requestedBy: Requester;
}

const MAX_BODY_BYTES = 64 * 1024;
const LONGEST_STATED = 256;

/**
 * Reads a request of a viewer or an operator to the HTTP API, or rejects it. API Gateway has verified the signature, and IAM has permitted
 * the path. The requester is the verified caller; a `by` in the request is a note beside it.
 */
export function readOperatorRequest(
  event: HttpEvent,
  { site, account }: Pick<SwapPorts, 'site' | 'account'>,
): OperatorRequest | Rejection {
  const body = bodyOf(event);
  const caller = event.requestContext.authorizer.iam.userArn;
  const roles = [...routersOf(site), ...site.neighbors].map(({ instanceRole }) => instanceRole);
  if (event.pathParameters?.site !== site.name)
    return reject(400, 'unknown-site', `This API serves site ${site.name} only.`);
  if (body.length > MAX_BODY_BYTES)
    return reject(413, 'body-too-large', `The body has ${body.length} bytes; a request may have ${MAX_BODY_BYTES}.`);
  if (roles.some((role) => role !== '' && sessionOf(caller, role, account) !== undefined))
    return reject(403, 'not-an-operator', 'A router may report to this API; it may neither view nor change the site.');
  try {
    return asOperator(caller, event, body.toString('utf8'), site);
  } catch (error) {
    return reject(400, 'malformed-request', (error as Error).message);
  }
}

/** @throws Error for anything that is no request to this site */
function asOperator(caller: string, event: HttpEvent, text: string, site: SwapPorts['site']): OperatorRequest {
  const { routeKey, pathParameters = {}, queryStringParameters: query = {}, requestContext } = event;
  const body = parseObject(text);
  const requestedBy = { arn: caller, ...statedIn(body['by']) };
  const sender = { by: requesterName(requestedBy), id: requestContext.requestId };
  const asked = requestIn({ routeKey, pathParameters, query, body, ...sender });
  return { request: readRequestOfOperator(asked, site), requestedBy };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error('The body is not a JSON object.');
}

function statedIn(by: unknown): Pick<Requester, 'stated'> {
  if (by === undefined) return {};
  if (typeof by === 'string' && by.length >= 1 && by.length <= LONGEST_STATED) return { stated: by };
  throw new Error(`"by" must be a text of 1 to ${LONGEST_STATED} characters.`);
}
