import type { Requester } from '#failover/requester.ts';
import { type ManagedSite, routersOf } from '#failover/site.ts';
import { type AwsAccount, sessionOf } from './caller.ts';
import { bodyOf, type HttpEvent } from './http.ts';
import { type Rejection, reject } from './rejection.ts';

/** What a viewer or an operator has sent, and who that is. */
export interface Sender {
  /** The parsed body; `{}`: none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The caller that API Gateway verified, and beside it the `by` of the body. */
  readonly requestedBy: Requester;
}

const LONGEST_STATED = 256;

/**
 * Reads who sent a request to the HTTP API of viewers and operators, or rejects it. API Gateway has verified the signature, and IAM has
 * permitted the path. The requester is the verified caller; a `by` in the request is a note beside it.
 */
export function readSender(
  event: HttpEvent,
  { site, account }: { readonly site: ManagedSite; readonly account: AwsAccount },
  maxBodyBytes: number,
): Sender | Rejection {
  const body = bodyOf(event);
  const caller = event.requestContext.authorizer.iam.userArn;
  const roles = [...routersOf(site), ...site.neighbors].map(({ instanceRole }) => instanceRole);
  if (event.pathParameters?.site !== site.name)
    return reject(400, 'unknown-site', `This API serves site ${site.name} only.`);
  if (body.length > maxBodyBytes)
    return reject(413, 'body-too-large', `The body has ${body.length} bytes; a request may have ${maxBodyBytes}.`);
  if (roles.some((role) => role !== '' && sessionOf(caller, role, account) !== undefined))
    return reject(403, 'not-an-operator', 'A router may report to this API; it may neither view nor change the site.');
  try {
    const content = parseObject(body.toString('utf8'));
    return { body: content, requestedBy: { arn: caller, ...statedIn(content['by']) } };
  } catch (error) {
    return reject(400, 'malformed-request', (error as Error).message);
  }
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
