/**
 * EC2's throttle, modelled: so many calls at once, then so many a second, for each account, Region and action.
 * Defaults are AWS's for mutating calls (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html).
 */
export interface Bucket {
  readonly capacity: number;
  readonly perSecond: number;
}

export const MUTATING_CALLS: Bucket = { capacity: 50, perSecond: 5 };

/**
 * Says when the next call may go out, so that EC2 need not say no. Others in the account draw from the same bucket
 * unseen; a refusal by EC2 empties ours.
 */
export class CallPacer {
  readonly #bucket: Bucket;
  #tokens: number;
  #at: number;

  /** @param now ms since any fixed moment, as in all of its methods */
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
   * EC2 refused a call: there is less than we believed. Half of it goes, so that one stray refusal does not cost a whole
   * burst, and a few of them in a row empty the bucket. Places already taken stay in line.
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

/** How long so many calls take at least, ms, from a full bucket. */
export function leastDurationMs(calls: number, bucket: Bucket = MUTATING_CALLS): number {
  return (Math.max(0, calls - bucket.capacity) / bucket.perSecond) * 1000;
}
