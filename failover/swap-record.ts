/** What a swap writes down before it acts, so that whoever comes after a crash can finish it. */
export interface SwapJournal {
  /** The number of the swap: one more than the last one's. */
  readonly epoch: number;
  /** Where the routes go. Which ones are still to move follows from where they are: a list could outgrow the store. */
  readonly to: { readonly router: string; readonly eni: string };
  /** How many routes were to move. */
  readonly steps: number;
  /** The decision's reason and sentence. */
  readonly reason: string;
  readonly says: string;
  readonly automatic: boolean;
  /** The trigger's id. */
  readonly trigger: string;
  /** Unique to this run: tells our own write from a competitor's when an answer got lost. */
  readonly run: string;
  /** ms since the epoch. */
  readonly beganAt: number;
}

/** How a trigger was answered last. */
export interface Answer {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly says: string;
  /** ms since the epoch. */
  readonly at: number;
}

/**
 * `swapped`: every route of the pair is at the new owner, read back. `already`: it was before. `noted`: looked, and
 * moved nothing on purpose, for now. `refused`: a rule said no. `partial`: some routes are not there yet; ask again.
 */
export type Outcome = 'swapped' | 'already' | 'noted' | 'refused' | 'partial';

/**
 * Outcomes that end a trigger: the same id is not acted on again. All others may be another one next time: a rule that
 * said no, routes that were left, a pause that ends.
 */
export function isFinal(outcome: Outcome): boolean {
  return outcome === 'swapped' || outcome === 'already';
}
