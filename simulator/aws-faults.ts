/** What stands against calls to AWS now, at one site; set by events. Times: ms of virtual time, until then. */
export class AwsFaults {
  storeDown = 0;
  storeReadOnly = 0;
  ec2Errors = 0;
  ec2Busy = 0;
  staleReads = 0;
  storeAnswersToLose = 0;
  ec2AnswersToLose = 0;
  /** So many calls more are carried out after their client has given up. */
  storeOutlives = { calls: 0, byMs: 0 };
  ec2Outlives = { calls: 0, byMs: 0 };
  ec2EventsLate = { until: 0, byMs: 0, copies: 1 };

  clear(): void {
    Object.assign(this, new AwsFaults());
  }
}

/** As the SDK's: its name and, for an answer that did not come, its words. */
export class NetworkError extends Error {
  override readonly name = 'TimeoutError';
}

/** An error as the SDK would throw it. */
export function awsError(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: {}, ...more });
}
