import type { CommandEnd } from '#aws/run-command.ts';
import { AgentEnd, Programs } from '#contracts/install-result.ts';
import * as z from '#contracts/validation.ts';
import { readAnswer, type Silence } from '../router/read-answer.ts';

const says = z.string().check(z.maxLength(2000));

const Answer = z.discriminatedUnion('outcome', [
  /** `deployed` is null where the boot parameter could not be read, and `why` says why. */
  z.object({
    outcome: z.literal('shown'),
    installed: Programs,
    deployed: z.nullable(Programs),
    why: z.optional(says),
  }),
  /** It is at work. */
  z.object({ outcome: z.literal('begun') }),
  /** It was ended before it was complete: by a reboot, or otherwise. The same command begins it again. */
  z.object({ outcome: z.literal('interrupted'), says }),
  /** Another installation is in progress. */
  z.object({ outcome: z.literal('busy'), says }),
  /** The router has its old programs. */
  z.object({ outcome: z.literal('failed'), says }),
  z.object({
    outcome: z.enum(['installed', 'unchanged']),
    installed: Programs,
    attention: z.array(says),
    agent: AgentEnd,
  }),
]);

/** The answer of `router/install-bundle`. */
export type InstallAnswer = z.infer<typeof Answer> | Silence;

export function installAnswerOf(end: CommandEnd): InstallAnswer {
  return readAnswer(Answer, end);
}
