/** A request that is not acted on, and why, for its sender. */
export interface Rejection {
  readonly status: 400 | 403 | 409 | 413;
  readonly reason: string;
  readonly says: string;
  /** The expected caller, for the log only: it is not disclosed to the sender. */
  readonly expected?: string;
}

export function reject(status: Rejection['status'], reason: string, says: string): Rejection {
  return { status, reason, says };
}
