import { Retry, StandardRetryStrategy } from '@smithy/core/retry';

/** The SDK's [standard retry mode](https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html), which does not export its pauses. */
class Pauses extends StandardRetryStrategy {
  afterThrottling(repeats: number): number {
    this.retryBackoffStrategy.setDelayBase(Retry.throttlingDelay());
    return this.retryBackoffStrategy.computeNextBackoffDelay(repeats);
  }
}

/**
 * How long to wait before a request is repeated that no client of the SDK repeats, ms: what the SDK waits after a throttled call, a
 * random time up to 1 s, then up to 2 s, 4 s … and 20 s.
 *
 * @param repeats how often it was repeated already
 */
export function backoffMs(repeats: number): number {
  return new Pauses({ maxAttempts: repeats + 1 }).afterThrottling(repeats);
}
