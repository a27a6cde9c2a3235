import type { Message } from './message.ts';
import { ChangedCommands, PushStep } from './push-detail.ts';
import { RequestedBy } from './requested-by.ts';
import * as z from './validation.ts';

/** The push or installation that began a change, if a later one found it unfinished. Absent: the one of the journal. */
const origin = z.optional(
  z.object({ id: z.string(), by: z.string(), requestedBy: z.optional(RequestedBy), at: z.number() }),
);

/** A router whose change has begun and whose outcome is not recorded. */
export const PendingChange = z.object({
  router: z.string(),
  /** Unique to this attempt on this router. */
  attempt: z.string(),
  /**
   * How far the last run got. `applying`: it was about to change the router. `held`: the router runs the new configuration,
   * verified, and waits for its far ends before it is confirmed. `confirming`: verified, and about to be confirmed.
   * `broken`: the router reported that it could not restore the old configuration.
   */
  state: z.enum(['applying', 'held', 'confirming', 'broken']),
  /** The history already has this router's outcome as unknown, or as broken. */
  recorded: z.optional(z.enum(['unknown', 'broken'])),
  /** By then the router has restored its old configuration, unless the attempt was confirmed; ms since the epoch. */
  undoneBy: z.number(),
  /** How many commands the router gets; 0: its running configuration is only saved. */
  commands: z.number(),
  /** The whole configuration that it should have afterwards. */
  lines: z.array(z.string()),
  /** Other routers of the site that did not have the pushed configuration. */
  others: z.array(z.string()),
  /** For the history. Absent: an earlier release began the change. */
  changes: z.optional(ChangedCommands),
  /** For the history: what runs have done of the change before `state` was written. */
  steps: z.optional(z.array(PushStep)),
  origin,
});
export type PendingChange = Message<typeof PendingChange>;

/** What a push writes before it acts, so that no two overlap and the run after a crash knows where the push stopped. */
export const PushJournal = z.object({
  /** The push: the same in all of its runs. */
  id: z.string(),
  /** Who requested it, by name. */
  by: z.string(),
  /** Absent: an earlier release wrote it. */
  requestedBy: z.optional(RequestedBy),
  /** When it began, ms since the epoch. */
  at: z.number(),
  /** Unique to the run that has the lease, or had it last. */
  run: z.string(),
  /** A new one with every write, so that a conditional write finds what was read. Absent: an earlier release wrote it. */
  revision: z.optional(z.number()),
  /** ms since the epoch; 0: no run has the lease. */
  leasedUntil: z.number(),
  /** Routers that this push confirmed. */
  done: z.array(z.string()),
  /** Every router has the pushed configuration. */
  finished: z.boolean(),
  applying: z.optional(PendingChange),
  /** A router on which programs are being installed. It needs no rollback: its programs are the old or the new ones. */
  installing: z.optional(z.object({ router: z.string(), origin })),
});
export type PushJournal = Message<typeof PushJournal>;

/** What a router received last. */
export const PushedConfig = z.object({
  /** `set` lines with the names of secrets, never their values. */
  lines: z.array(z.string()),
  /** ms since the epoch. */
  at: z.number(),
  /** The push. */
  id: z.string(),
});
export type PushedConfig = Message<typeof PushedConfig>;
