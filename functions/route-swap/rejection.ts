/** A request that is not acted on, and why, for its sender. */
export interface Rejection {
  readonly status: 400 | 403 | 409 | 413;
  readonly reason: string;
  readonly says: string;
  /** For the log alone: who was expected is nothing to tell a stranger. */
  readonly expected?: string;
}

export function reject(status: Rejection['status'], reason: string, says: string): Rejection {
  return { status, reason, says };
}
