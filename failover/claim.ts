import type { BgpStatement } from './observation.ts';

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
 * A router's own statement as it was heard: it was made then at the latest, so a clock that runs ahead makes nothing last
 * longer, and once it is put right no later statement looks older than an earlier one.
 */
export function heardAt(now: number, statement: BgpStatement): BgpStatement {
  return { ...statement, at: Math.min(statement.at, now) };
}
