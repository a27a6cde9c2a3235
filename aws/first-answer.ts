/**
 * Sends a call twice, and takes the answer that comes first: one slow call, or one connection that has ended, then delays nothing. For calls
 * that a failover waits for, and that may be carried out twice (Dean and Barroso, "The Tail at Scale", https://cacm.acm.org/research/the-tail-at-scale/).
 *
 * @param isRefusal whether a call that threw this is certain to have changed nothing; default: none is
 * @returns `answer`, which rejects if neither is answered, with a refusal only if both are refused; and `settled`, which resolves when nothing of
 *   either call is under way any more, and never rejects
 */
export function firstAnswer<T>(
  call: () => Promise<T>,
  isRefusal: (error: unknown) => boolean = () => false,
): { answer: Promise<T>; settled: Promise<void> } {
  const calls = [call(), call()];
  return {
    answer: Promise.any(calls).catch(({ errors }: AggregateError) => {
      const unknown: unknown = errors.find((error) => !isRefusal(error));
      return Promise.reject(unknown ?? errors[0]);
    }),
    settled: Promise.allSettled(calls).then(() => undefined),
  };
}
