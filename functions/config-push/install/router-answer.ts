import type { CommandEnd } from '#aws/run-command.ts';
import { AgentEnd, Programs } from '#contracts/install-result.ts';
import * as z from '#contracts/validation.ts';

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

/** The answer of `router/install-bundle`. `silent`: none, or an unreadable one; `neverRan`: the command did not reach the router. */
export type InstallAnswer =
  | z.infer<typeof Answer>
  | { readonly outcome: 'silent'; readonly why: string; readonly neverRan?: true | undefined };

export function installAnswerOf(end: CommandEnd): InstallAnswer {
  if (end.kind === 'silent') return { outcome: 'silent', why: end.why, neverRan: end.neverRan };
  if (end.kind === 'failed') return { outcome: 'silent', why: end.why };
  try {
    return z.parse(Answer, JSON.parse(end.output));
  } catch {
    return { outcome: 'silent', why: `its answer cannot be read: ${JSON.stringify(end.output.slice(0, 200))}` };
  }
}
