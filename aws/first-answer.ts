/**
 * Sends a call twice, and takes the answer that comes first: one slow call, or one connection that has ended, then delays nothing. For calls
 * that a failover waits for, and that may be carried out twice (Dean and Barroso, "The Tail at Scale", https://cacm.acm.org/research/the-tail-at-scale/).
 *
 * @returns `answer`; and `settled`, which resolves when nothing of either call is under way any more, and never rejects
 * @throws what the first call threw, if neither is answered
 */
export function firstAnswer<T>(call: () => Promise<T>): { answer: Promise<T>; settled: Promise<void> } {
  const calls = [call(), call()];
  return {
    answer: Promise.any(calls).catch(({ errors }: AggregateError) => Promise.reject(errors[0])),
    settled: Promise.allSettled(calls).then(() => undefined),
  };
}
