import type { HistoryEntry } from '#contracts/history.ts';

/** Who sent a request: AWS verifies the caller of the API, and not that of a direct invocation. */
export function callerText(requestedBy: HistoryEntry['requestedBy']): string {
  if (requestedBy === undefined) return '';
  return requestedBy.arn === undefined ? ' (caller not verified)' : ` (caller verified by AWS: ${requestedBy.arn})`;
}
