/**
 * EC2's throttle for one action, of an account in a Region: a burst of `capacity` calls, then `perSecond`.
 * The defaults are AWS's for mutating calls (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html).
 */
export interface Bucket {
  readonly capacity: number;
  readonly perSecond: number;
}

export const MUTATING_CALLS: Bucket = { capacity: 50, perSecond: 5 };

/** A refusal lowers the rate to this part; the second one in a row to its square, and so on. */
const DECREASE = 0.8;
/** Below the published rate an accepted call doubles the rate, so that a pair is soon at full speed after the others have finished. */
const RECOVERY = 2;
/** Above the published rate an accepted call raises the rate by so many calls a second: before the first refusal, and after it. */
const PROBING = 0.1;
const PROBING_AFTER_REFUSAL = 0.05;
/** A refusal leaves this part of the tokens: a single one does not cost a burst, three in a row empty the bucket. */
const LEFT_AFTER_REFUSAL = 1 / 4;
/** After a refusal no call waits longer than this, ms: the other callers may have finished. */
const LONGEST_WAIT_MS = 4_000;
/** The same of a call for the site's most important route. */
const LONGEST_URGENT_WAIT_MS = 500;
/** More calls at once would cost a small function more in TLS than they gain. */
const MOST_AT_ONCE = 16;

/**
 * Spaces calls to EC2. It begins with the published throttle and learns that of the account: refusals lower the rate, accepted calls
 * raise it (additive increase, multiplicative decrease). All pairs of an account draw from one bucket, and no pair knows of the
 * others. A pair whose most important route has not moved tries more often (docs/many-pairs.md).
 */
export class CallPacer {
  readonly #bucket: Bucket;
  readonly #random: () => number;
  #tokens: number;
  #perSecond: number;
  #at: number;
  #atOnce = MOST_AT_ONCE;
  /** In a row. */
  #refusals = 0;
  #loweredAt: number | undefined;

  /**
   * @param now ms since any fixed time, as in all methods
   * @param random from 0 to 1; it spreads the calls of pairs that were refused at the same time. Default: no spread
   */
  constructor(bucket: Bucket, now: number, random: () => number = () => 0.5) {
    this.#bucket = bucket;
    this.#random = random;
    this.#tokens = bucket.capacity;
    this.#perSecond = bucket.perSecond;
    this.#at = now;
  }

  /** So many calls may be under way at once: one after a refusal, one more after each accepted call. */
  get atOnce(): number {
    return this.#atOnce;
  }

  /** Two refusals in a row: this is not the limit of the own rate, other callers take the tokens. */
  get contended(): boolean {
    return this.#refusals > 1;
  }

  /**
   * Takes a place for one call.
   *
   * @param urgent it is for the site's most important route
   * @returns ms to wait before it goes out; 0: now
   */
  reserve(now: number, urgent = false): number {
    this.#refill(now);
    this.#tokens -= 1;
    if (this.#tokens >= 0) return 0;
    const wait = (-this.#tokens / this.#perSecond) * 1000;
    if (this.#loweredAt === undefined) return wait;
    const bounded = Math.min(wait, urgent ? LONGEST_URGENT_WAIT_MS : LONGEST_WAIT_MS);
    const spread = bounded * (0.5 + this.#random());
    this.#tokens = (-spread / 1000) * this.#perSecond;
    return spread;
  }

  /** EC2 accepted a call. */
  accepted(now: number): void {
    this.#refill(now);
    this.#refusals = 0;
    this.#atOnce = Math.min(MOST_AT_ONCE, this.#atOnce + 1);
    const { perSecond: published } = this.#bucket;
    if (this.#perSecond < published) this.#perSecond = Math.min(published, this.#perSecond * RECOVERY);
    // A call out of the burst is no evidence that the bucket refills faster.
    else if (this.#tokens < 1) this.#perSecond += this.#loweredAt === undefined ? PROBING : PROBING_AFTER_REFUSAL;
  }

  /**
   * EC2 throttled a call: other callers took the tokens, or the bucket is smaller than this model. Of the calls that were under way
   * together, one lowers the rate.
   *
   * @param sentAt when the call went out
   */
  refused(now: number, sentAt: number): void {
    this.#refill(now);
    this.#atOnce = 1;
    this.#tokens = this.#tokens > 1 ? this.#tokens * LEFT_AFTER_REFUSAL : Math.min(this.#tokens, 0);
    if (this.#loweredAt !== undefined && sentAt < this.#loweredAt) return;
    this.#loweredAt = now;
    this.#refusals += 1;
    const least = 1000 / LONGEST_WAIT_MS;
    this.#perSecond = Math.max(least, this.#perSecond * DECREASE ** this.#refusals);
  }

  #refill(now: number): void {
    const gained = ((now - this.#at) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#bucket.capacity, this.#tokens + Math.max(0, gained));
    this.#at = Math.max(this.#at, now);
  }
}

/** The least time that `calls` take from a full bucket, ms. */
export function leastDurationMs(calls: number, bucket: Bucket = MUTATING_CALLS): number {
  return (Math.max(0, calls - bucket.capacity) / bucket.perSecond) * 1000;
}
