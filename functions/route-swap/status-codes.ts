import type { Outcome } from '#failover/swap-record.ts';

/** Status codes of a trigger's outcome. */
export const STATUS_OF: Readonly<Record<Outcome, number>> = {
  swapped: 200,
  already: 200,
  noted: 200,
  refused: 409,
  partial: 503,
};
