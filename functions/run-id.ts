import { randomUUID } from 'node:crypto';

/**
 * A name for one run of a function, and for no other. The request id, which it begins with, is not enough: Lambda may
 * deliver an asynchronous event twice, even where nothing failed, and does so under the same id.
 */
export function runId(requestId: string): string {
  return `${requestId}#${randomUUID()}`;
}
