/** What a push or an installation changed on one router, and its steps. */
import { AgentEnd, Programs } from './install-result.ts';
import type { Message, Sent } from './message.ts';
import * as z from './validation.ts';

/** DynamoDB accepts 400 KB an item; a detail with these numbers of commands and steps is always smaller. */
export const MAX_COMMANDS_IN_DETAIL = 200;
/** Of one command; a longer one deletes a text of an operator, and ends with `…`. */
export const MAX_COMMAND_CHARS = 300;
export const MAX_STEPS_IN_DETAIL = 50;

/** Something that config-push did on the router, or read of it. */
export const PushStep = z.object({
  /** A verb phrase: `confirms and saves`. */
  says: z.string(),
  /** When it began, ms since the epoch. */
  at: z.number(),
  tookMs: z.number(),
  /** Why it did not succeed, as a clause; absent: it did. */
  fault: z.optional(z.string()),
});
export type PushStep = Message<typeof PushStep>;

/** The beginning of a list of commands, and their number. No command has a secret: keys are given by their names. */
export const ChangedCommands = z.object({ commands: z.array(z.string()), count: z.number() });
export type ChangedCommands = Message<typeof ChangedCommands>;

export const PushDetail = z.object({
  /** Of the function (`PRODUCT_VERSION`). */
  version: z.string(),
  router: z.string(),
  /** Of a push: `delete` and `set` commands. Absent too: a function of an earlier version began the push. */
  changes: z.optional(ChangedCommands),
  /** Of an installation. `after` is absent where it is unknown. */
  programs: z.optional(
    z.object({ before: z.optional(Programs), after: z.optional(Programs), agent: z.optional(AgentEnd) }),
  ),
  /** In the order in which they began; of more than `MAX_STEPS_IN_DETAIL` the last ones. */
  steps: z.array(PushStep),
});
export type PushDetail = Message<typeof PushDetail>;
/** The same as it is written and sent. */
export type SentPushDetail = Sent<typeof PushDetail>;
