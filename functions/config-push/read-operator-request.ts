import { createHash } from 'node:crypto';
import { configPushRequestIn } from '#contracts/config-push-api.ts';
import { RequestId } from '#contracts/request-progress.ts';
import * as z from '#contracts/validation.ts';
import type { ManagedSite } from '#failover/site.ts';
import type { AwsAccount } from '#functions/caller.ts';
import { bodyOf, type HttpEvent } from '#functions/http.ts';
import { readSender } from '#functions/read-sender.ts';
import { type Rejection, reject } from '#functions/rejection.ts';

export interface OperatorRequest {
  /** The request's own. */
  readonly id: string;
  /** Of route and body. */
  readonly digest: string;
  /** To be validated. */
  readonly sent: object;
}

/** The largest topology in UTF-8, with the baselines of a plan; Lambda accepts 6 MB with the event around it. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Reads a request of an operator to the HTTP API, or rejects it. */
export function readOperatorRequest(
  event: HttpEvent,
  of: { readonly site: ManagedSite; readonly account: AwsAccount },
): OperatorRequest | Rejection {
  const sender = readSender(event, of, MAX_BODY_BYTES);
  if ('status' in sender) return sender;
  const asked = configPushRequestIn(event.routeKey, sender.body);
  if (asked === undefined) return reject(400, 'malformed-request', `config-push does not answer ${event.routeKey}.`);
  const { success, data: id } = z.safeParse(RequestId, asked.request);
  if (!success)
    return reject(
      400,
      'malformed-request',
      '"request" must be an id of the request: 1 to 64 letters, digits, hyphens.',
    );
  const digest = createHash('sha256').update(event.routeKey).update('\n').update(bodyOf(event)).digest('hex');
  return { id, digest, sent: asked.sent };
}
