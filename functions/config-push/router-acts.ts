import type { CommandEnd } from '#aws/run-command.ts';
import type { ManagedRouter } from '#failover/site.ts';
import * as z from '#functions/validation.ts';
import type { PushFile } from './push-file.ts';
import type { PushTools } from './tools.ts';

/** What `router/apply-config` says; `silent`: nothing, or nothing that can be read. */
export type RouterAnswer = z.infer<typeof Answer> | { readonly outcome: 'silent'; readonly why: string };

const says = z.string().check(z.maxLength(4000));
const Answer = z.discriminatedUnion('outcome', [
  /** The new configuration runs; the old one comes back at `undoAt` (seconds since 1970) unless it is confirmed. */
  z.object({ outcome: z.literal('applied'), undoAt: z.number() }),
  /** Nothing was changed. */
  z.object({ outcome: z.literal('refused'), why: z.string(), says }),
  /** The new configuration is saved, and stays. */
  z.object({ outcome: z.literal('confirmed') }),
  /** The old configuration runs again. */
  z.object({ outcome: z.literal('undone'), says }),
  /** It could not be brought back. */
  z.object({ outcome: z.literal('broken'), says }),
  /** No such attempt is pending. `ended`: how it ended; `unknown` if the router never heard of it, or has rebooted. */
  z.object({ outcome: z.literal('nothing'), ended: z.enum(['confirmed', 'undone', 'unknown']) }),
]);

/** A new configuration, with a timer of `undoAfterS` seconds that brings the old one back. */
export async function apply(
  router: ManagedRouter,
  attempt: string,
  { packed, sha256 }: PushFile,
  base: string,
  undoAfterS: number,
  tools: PushTools,
): Promise<RouterAnswer> {
  const parameters = {
    Action: 'apply',
    Push: attempt,
    Base: base,
    Sha256: sha256,
    File: packed,
    UndoAfter: String(undoAfterS),
  };
  return answerOf(await tools.applyConfig(router, parameters, tools.deadlines.apply));
}

export async function confirm(router: ManagedRouter, attempt: string, tools: PushTools): Promise<RouterAnswer> {
  return answerOf(await tools.applyConfig(router, { Action: 'confirm', Push: attempt }, tools.deadlines.confirm));
}

export async function undo(router: ManagedRouter, attempt: string, tools: PushTools): Promise<RouterAnswer> {
  return answerOf(await tools.applyConfig(router, { Action: 'undo', Push: attempt }, tools.deadlines.undo));
}

function answerOf(end: CommandEnd): RouterAnswer {
  if (end.kind !== 'answered') return { outcome: 'silent', why: end.why };
  try {
    return z.parse(Answer, JSON.parse(end.output));
  } catch {
    return { outcome: 'silent', why: `its answer cannot be read: ${JSON.stringify(end.output.slice(0, 200))}` };
  }
}
