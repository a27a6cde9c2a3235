/**
 * A model of EC2's throttle, per account, Region and action: a burst of `capacity` calls, then `perSecond`.
 * The defaults are AWS's for mutating calls (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html).
 */
export interface Bucket {
  readonly capacity: number;
  readonly perSecond: number;
}

export const MUTATING_CALLS: Bucket = { capacity: 50, perSecond: 5 };

/**
 * Spaces calls so that EC2 does not throttle them. Other callers in the account draw from the same bucket; when EC2 throttles a
 * call, this model loses tokens too.
 */
export class CallPacer {
  readonly #bucket: Bucket;
  #tokens: number;
  #at: number;

  /** @param now ms since any fixed time, as in all methods */
  constructor(bucket: Bucket, now: number) {
    this.#bucket = bucket;
    this.#tokens = bucket.capacity;
    this.#at = now;
  }

  /** Takes a place for one call. @returns ms to wait before it goes out; 0: now */
  reserve(now: number): number {
    this.#refill(now);
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#bucket.perSecond) * 1000;
  }

  /**
   * EC2 throttled a call, so its bucket holds less than this one. Halves the tokens: a single throttled call does not cost a
   * whole burst, several in a row empty the bucket. Reserved places keep their order.
   */
  refused(now: number): void {
    this.#refill(now);
    this.#tokens = this.#tokens > 1 ? this.#tokens / 2 : Math.min(this.#tokens, 0);
  }

  #refill(now: number): void {
    const gained = ((now - this.#at) / 1000) * this.#bucket.perSecond;
    this.#tokens = Math.min(this.#bucket.capacity, this.#tokens + Math.max(0, gained));
    this.#at = Math.max(this.#at, now);
  }
}

/** The least time that `calls` take from a full bucket, ms. */
export function leastDurationMs(calls: number, bucket: Bucket = MUTATING_CALLS): number {
  return (Math.max(0, calls - bucket.capacity) / bucket.perSecond) * 1000;
}
