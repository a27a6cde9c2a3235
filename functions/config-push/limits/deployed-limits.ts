import type { CommandDeadlines, VerifySettings } from '../settings.ts';

/** Deadlines of the deployed function; they grow with each command (time-budget.ts). */
export const DEADLINES: CommandDeadlines = {
  show: 25_000,
  neighbors: 15_000,
  apply: 90_000,
  confirm: 30_000,
  undo: 60_000,
};

/**
 * A session can outlive its tunnel for BGP's hold time: 12 s with the rendered timers, 180 s (FRR's default) for a
 * session from before the first push. A far end lags by the time to read a site and to commit IPsec; one that needs
 * longer is rolled back together with this router, which keeps the tunnel's outage short.
 */
export const VERIFY: VerifySettings = {
  withinMs: 60_000,
  steadyMs: 15_000,
  everyMs: 2_000,
  holdMs: 180_000,
  farEndMs: 60_000,
};
