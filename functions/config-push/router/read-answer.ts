import type { CommandEnd } from '#aws/run-command.ts';
import * as z from '#contracts/validation.ts';

/** No answer of a program on a router, or an unreadable one: what it did, and what it would report, is unknown. */
export interface Silence {
  readonly outcome: 'silent';
  /** A clause. */
  readonly why: string;
  /** The command did not reach the router. */
  readonly neverRan?: true | undefined;
}

/** What a program of `router/` printed as JSON. */
export function readAnswer<Answer>(schema: z.ZodMiniType<Answer>, end: CommandEnd): Answer | Silence {
  if (end.kind === 'silent') return { outcome: 'silent', why: end.why, neverRan: end.neverRan };
  if (end.kind === 'failed') return { outcome: 'silent', why: end.why };
  try {
    return z.parse(schema, JSON.parse(end.output));
  } catch {
    return { outcome: 'silent', why: `its answer cannot be read: ${JSON.stringify(end.output.slice(0, 200))}` };
  }
}
