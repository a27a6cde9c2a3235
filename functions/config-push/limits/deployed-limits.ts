import type { CommandDeadlines, VerifySettings } from '../settings.ts';

/** How long routers may take, as the stack has it; with each command they get more (time-budget.ts). */
export const DEADLINES: CommandDeadlines = {
  show: 25_000,
  neighbors: 15_000,
  apply: 90_000,
  confirm: 30_000,
  undo: 60_000,
};

/**
 * A session may outlive its tunnel for BGP's hold time: 12 s of ours, 180 s (FRR's default) of one that was there before our
 * first push. A far end is behind by what it takes to read a site and to commit IPsec; one that needs longer is undone with us,
 * which is better than a tunnel that is down for longer.
 */
export const VERIFY: VerifySettings = {
  withinMs: 60_000,
  steadyMs: 15_000,
  everyMs: 2_000,
  holdMs: 180_000,
  farEndMs: 60_000,
};
