import { COMMAND_OVERHEAD_MS } from '#aws/bounds.ts';
import type { CommandEnd } from '#aws/run-command.ts';
import type { PendingChange } from '#contracts/push-journal.ts';
import * as z from '#contracts/validation.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { applyWithinMs, undoOfFailedWithinMs, undoWithinMs } from '../limits/time-budget.ts';
import type { PushPorts } from '../ports.ts';
import type { PushFile } from './push-file.ts';

/** What `router/apply-config` says; `silent`: nothing, or nothing that can be read. `neverRan`: it was not even asked. */
export type RouterAnswer =
  | z.infer<typeof Answer>
  | { readonly outcome: 'silent'; readonly why: string; readonly neverRan?: true | undefined };

const says = z.string().check(z.maxLength(4000));
const seconds = z.number().check(z.nonnegative());
const Answer = z.discriminatedUnion('outcome', [
  /** It runs the new configuration and boots with the old one, which it runs again in `undoInS` unless it is confirmed. */
  z.object({ outcome: z.literal('applied'), undoInS: seconds }),
  /** It runs and boots with what it did; this attempt will never be applied. */
  z.object({ outcome: z.literal('refused'), why: z.string(), says }),
  /** It runs and boots with the new configuration. */
  z.object({ outcome: z.literal('confirmed') }),
  /** It runs and boots with the old configuration. */
  z.object({ outcome: z.literal('undone'), says }),
  /** It runs neither for sure; its timer tries to undo again every `retryInS` until that is done. */
  z.object({ outcome: z.literal('broken'), says, boots: z.enum(['old', 'new', 'unknown']), retryInS: seconds }),
  /**
   * Nothing is pending under this name. `never`: it was not applied, and never will be, which asking has written down.
   * `unknown`: the router has no record of it.
   */
  z.object({ outcome: z.literal('nothing'), ended: z.enum(['confirmed', 'undone', 'never', 'unknown']) }),
  /** Another action is at work on the router and did not end in time; this one did nothing. */
  z.object({ outcome: z.literal('busy'), says }),
]);

/** A new configuration, with a timer of `undoAfterS` that brings the old one back. `base`: what it was compared with. */
export async function apply(
  router: ManagedRouter,
  { attempt, commands }: Pick<PendingChange, 'attempt' | 'commands'>,
  { file, base, undoAfterS }: { readonly file: PushFile; readonly base: string; readonly undoAfterS: number },
  ports: PushPorts,
): Promise<RouterAnswer> {
  const parameters = {
    Action: 'apply',
    Push: attempt,
    Base: base,
    Sha256: file.sha256,
    File: file.packed,
    UndoAfter: String(undoAfterS),
  };
  return answerOf(await ports.applyConfig(router, parameters, applyWithinMs(commands, ports)));
}

export async function confirm(router: ManagedRouter, attempt: string, ports: PushPorts): Promise<RouterAnswer> {
  return answerOf(await ports.applyConfig(router, { Action: 'confirm', Push: attempt }, ports.deadlines.confirm));
}

/**
 * One that may have been killed while it applied takes longer: cut off, it would begin anew. No longer than this function
 * lives.
 */
export async function undo(
  router: ManagedRouter,
  { attempt, commands, state }: Pick<PendingChange, 'attempt' | 'commands' | 'state'>,
  ports: PushPorts,
): Promise<RouterAnswer> {
  const isSure = state === 'held' || state === 'confirming';
  const neededMs = isSure ? undoWithinMs(commands, ports) : undoOfFailedWithinMs(commands, ports);
  const leftMs = Math.max(ports.endsAt - ports.now() - COMMAND_OVERHEAD_MS - TELL_MS, LEAST_MS);
  return answerOf(await ports.applyConfig(router, { Action: 'undo', Push: attempt }, Math.min(neededMs, leftMs)));
}

/** To write down how it ended. */
const TELL_MS = 5_000;
/** Enough for a router that has nothing to undo. */
const LEAST_MS = 10_000;

function answerOf(end: CommandEnd): RouterAnswer {
  if (end.kind === 'silent') return { outcome: 'silent', why: end.why, neverRan: end.neverRan };
  if (end.kind === 'failed') return { outcome: 'silent', why: end.why };
  try {
    return z.parse(Answer, JSON.parse(end.output));
  } catch {
    return { outcome: 'silent', why: `its answer cannot be read: ${JSON.stringify(end.output.slice(0, 200))}` };
  }
}
