/** What a router says of itself, signed, proves something for 10 s. */
export const CLAIM_FRESH_MS = 10_000;

/**
 * Why a claim counts for nothing; undefined: it counts. An old one says nothing about now; one from the future has a clock
 * that nobody can rely on.
 *
 * @param claim what was said, and by whom, to begin the sentence with: `tokyo-2's report`
 * @param at when, by the speaker's own clock; ms since the epoch, as `now`
 */
export function staleness(claim: string, at: number, now: number): string | undefined {
  if (Math.abs(now - at) <= CLAIM_FRESH_MS) return undefined;
  const seconds = Math.round((now - at) / 1000);
  const age = seconds < 0 ? `is ${-seconds} s ahead of AWS's clock` : `is ${seconds} s old`;
  return `${claim} ${age}; only ${CLAIM_FRESH_MS / 1000} s count. Send it anew, and see that the router's clock is right.`;
}

/**
 * When something was said, as far as its hearer may believe: when it was heard, at the latest. So a clock that runs ahead
 * makes nothing last longer, and once it is put right no later word looks older than an earlier one.
 *
 * @param at by the speaker's own clock
 */
export function claimTime(at: number, heard: number): number {
  return Math.min(at, heard);
}

/** Two clocks of one router do not differ; rounding may. */
const ROUNDING_MS = 1_000;

/**
 * Why the failure that a report is about is not new; undefined: it is. It is new if it was noticed at most 10 s before the
 * report was sent, or if the peer was asked again since, and did not answer. Without that a goodbye of minutes ago, sent
 * again and again, would take the routes from a router that is long back.
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
  if (detectedAt - at > ROUNDING_MS) return 'it says that the failure was noticed after the report was written';
  if (at - detectedAt <= CLAIM_FRESH_MS) return undefined;
  const asked = confirmedAt === undefined ? Number.POSITIVE_INFINITY : at - confirmedAt;
  if (asked <= CLAIM_FRESH_MS && asked >= -ROUNDING_MS) return undefined;
  const seconds = Math.round((at - detectedAt) / 1000);
  return `the failure was noticed ${seconds} s before it was sent, and nobody was asked again since`;
}

/**
 * When a reporter's detector noticed the failure, by AWS's clock as far as that can be told: its clock may run ahead, or
 * the report have been on its way for long, so the earlier of the two that follow. What the owner says of itself after
 * that is a veto.
 *
 * @param detectedAt and `at`, when the report was written, both by the reporter's clock
 */
export function noticedAt({ at, detectedAt }: { at: number; detectedAt: number }, heard: number): number {
  return Math.min(detectedAt, heard - Math.max(0, at - detectedAt));
}
