import { CLAIM_FRESH_MS } from './limits.ts';

/**
 * Why a signed statement is too old, or dated too far ahead, to count; undefined: it counts.
 *
 * @param what begins the sentence: `tokyo-2's report`
 * @param at when it was made, by its sender's clock; ms since the epoch, as `now`
 */
export function staleness(what: string, at: number, now: number): string | undefined {
  if (Math.abs(now - at) <= CLAIM_FRESH_MS) return undefined;
  const seconds = Math.round((now - at) / 1000);
  const age = seconds < 0 ? `is ${-seconds} s ahead of AWS's clock` : `is ${seconds} s old`;
  return `${what} ${age}; the limit is ${CLAIM_FRESH_MS / 1000} s. Send a new one, and check the router's clock.`;
}

/**
 * The time that a claim is dated: its sender's time, but no later than its receipt. A clock that runs ahead cannot extend a
 * claim, and once the clock is corrected no later claim is dated before an earlier one.
 *
 * @param at by the sender's clock, ms since the epoch
 */
export function claimTime(at: number, receivedAt: number): number {
  return Math.min(at, receivedAt);
}

/** Times of one clock do not contradict each other; rounding may. */
const ROUNDING_MS = 1_000;

/**
 * Why the failure in a report is not new; undefined: it is new. It is new if it was noticed at most 10 s before the report was
 * sent, or if the peer was asked again within that time and did not answer. Without this rule a retry of an old `left` report
 * would take the routes from a router that has long recovered.
 *
 * @param report times by the reporter's clock, ms since the epoch
 */
export function whyNotNew({
  at,
  detectedAt,
  confirmedAt,
}: {
  readonly at: number;
  readonly detectedAt?: number | undefined;
  readonly confirmedAt?: number | undefined;
}): string | undefined {
  if (detectedAt === undefined) return 'it does not say when the failure was noticed (evidence.detectedAt)';
  if (detectedAt - at > ROUNDING_MS) return 'it dates the failure after the report itself';
  if (at - detectedAt <= CLAIM_FRESH_MS) return undefined;
  const asked = confirmedAt === undefined ? Number.POSITIVE_INFINITY : at - confirmedAt;
  if (asked <= CLAIM_FRESH_MS && asked >= -ROUNDING_MS) return undefined;
  const seconds = Math.round((at - detectedAt) / 1000);
  return `the failure was noticed ${seconds} s before the report was sent, and the peer was not asked again`;
}

/**
 * When a reporter's detector noticed the failure, by AWS's clock. The reporter's clock may run ahead, and the report may have
 * been delayed, so the earlier of two estimates counts. A claim that the owner makes after that time is a veto.
 *
 * @param report `detectedAt`, and `at` when the report was written, by the reporter's clock
 */
export function noticedAt({ at, detectedAt }: { at: number; detectedAt: number }, receivedAt: number): number {
  return Math.min(detectedAt, receivedAt - Math.max(0, at - detectedAt));
}
