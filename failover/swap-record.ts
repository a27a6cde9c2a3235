/** What a swap records before it acts, so that the next run can finish it after a crash. */
export interface SwapJournal {
  /** The number of the swap: one more than the last one's. */
  readonly epoch: number;
  /** The target. Which routes are still to move follows from where they are; a list could exceed the size of an item. */
  readonly to: { readonly router: string; readonly eni: string };
  /** How many routes were to move. */
  readonly steps: number;
  /** The decision's reason and sentence. */
  readonly reason: string;
  readonly says: string;
  readonly automatic: boolean;
  /** The trigger's id. */
  readonly trigger: string;
  /** Unique to this run. Distinguishes the run's own write from a competing one when DynamoDB's answer was lost. */
  readonly run: string;
  /** ms since the epoch. */
  readonly beganAt: number;
}

/** The last answer to a trigger. */
export interface Answer {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly says: string;
  /** ms since the epoch. */
  readonly at: number;
}

/**
 * `swapped`: every route of the pair is at the target, read back. `already`: they were before. `noted`: observed, and moved
 * nothing on purpose for now. `refused`: a rule does not permit it. `partial`: some routes are not there yet; ask again.
 */
export const OUTCOMES = ['swapped', 'already', 'noted', 'refused', 'partial'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * Outcomes that end a trigger: its id is not acted on again. After any other outcome a retry may end differently.
 */
export function isFinal(outcome: Outcome): boolean {
  return outcome === 'swapped' || outcome === 'already';
}
