/** Current faults of AWS at one site; set by events. Times: end of the fault, ms of virtual time. */
export class AwsFaults {
  storeDown = 0;
  storeReadOnly = 0;
  ec2Errors = 0;
  ec2Busy = 0;
  staleReads = 0;
  storeAnswersToLose = 0;
  ec2AnswersToLose = 0;
  /** Number of calls that are executed after their client has given up, and how much later. */
  storeLateWrites = { calls: 0, byMs: 0 };
  ec2LateWrites = { calls: 0, byMs: 0 };
  ec2EventsLate = { until: 0, byMs: 0, copies: 1 };

  clear(): void {
    Object.assign(this, new AwsFaults());
  }
}

/** The SDK's error for an answer that did not arrive. */
export class NetworkError extends Error {
  override readonly name = 'TimeoutError';
}

/** An error as the SDK would throw it. */
export function awsError(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: {}, ...more });
}
