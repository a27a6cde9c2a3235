import { COMMAND_OVERHEAD_MS } from '#aws/bounds.ts';
import type { PendingChange } from '#contracts/push-journal.ts';
import * as z from '#contracts/validation.ts';
import type { ManagedRouter } from '#failover/site.ts';
import { applyWithinMs, undoOfFailedWithinMs, undoWithinMs } from '../limits/time-budget.ts';
import type { PushPorts } from '../ports.ts';
import type { PushFile } from './push-file.ts';
import { readAnswer, type Silence } from './read-answer.ts';

const says = z.string().check(z.maxLength(4000));
const seconds = z.number().check(z.nonnegative());
const Answer = z.discriminatedUnion('outcome', [
  /** It runs the new configuration and boots with the old one, which it runs again in `undoInS` unless it is confirmed. */
  z.object({ outcome: z.literal('applied'), undoInS: seconds }),
  /** It runs and boots with its previous configuration; this attempt will never be applied. */
  z.object({ outcome: z.literal('refused'), why: z.string(), says }),
  /** It runs and boots with the new configuration. */
  z.object({ outcome: z.literal('confirmed') }),
  /** It runs and boots with the old configuration. */
  z.object({ outcome: z.literal('undone'), says }),
  /** It runs parts of both configurations; its timer tries to roll back every `retryInS` until that succeeds. */
  z.object({ outcome: z.literal('broken'), says, boots: z.enum(['old', 'new', 'unknown']), retryInS: seconds }),
  /**
   * No attempt of this name is pending. `never`: it was not applied, and the router has recorded that it never will
   * be. `unknown`: the router has no record of it.
   */
  z.object({ outcome: z.literal('nothing'), ended: z.enum(['confirmed', 'undone', 'never', 'unknown']) }),
  /** Another action was running on the router and did not end in time; this one did nothing. */
  z.object({ outcome: z.literal('busy'), says }),
]);

/** The answer of `router/apply-config`. */
export type RouterAnswer = z.infer<typeof Answer> | Silence;

/**
 * Applies a configuration, with a timer of `undoAfterS` that restores the old one. `base`: digest of the
 * configuration that it was compared with.
 */
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
  const says = `applies ${counted(commands)}; unless they are confirmed, they are undone after ${undoAfterS} s`;
  const act = async () =>
    readAnswer(Answer, await ports.applyConfig(router, parameters, applyWithinMs(commands, ports)));
  return ports.record.step(router.name, says, act, unless('applied'));
}

export async function confirm(router: ManagedRouter, attempt: string, ports: PushPorts): Promise<RouterAnswer> {
  const parameters = { Action: 'confirm', Push: attempt };
  const act = async () => readAnswer(Answer, await ports.applyConfig(router, parameters, ports.deadlines.confirm));
  return ports.record.step(router.name, 'confirms the configuration and saves it', act, unless('confirmed'));
}

/**
 * Rolls back. An attempt that may have been interrupted while it applied takes longer, and must not be cut off. Never
 * waits longer than this function lives.
 */
export async function undo(
  router: ManagedRouter,
  { attempt, commands, state }: Pick<PendingChange, 'attempt' | 'commands' | 'state'>,
  ports: PushPorts,
): Promise<RouterAnswer> {
  const isSure = state === 'held' || state === 'confirming';
  const neededMs = isSure ? undoWithinMs(commands, ports) : undoOfFailedWithinMs(commands, ports);
  const leftMs = Math.max(ports.endsAt - ports.now() - COMMAND_OVERHEAD_MS - TELL_MS, LEAST_MS);
  const parameters = { Action: 'undo', Push: attempt };
  const act = async () => readAnswer(Answer, await ports.applyConfig(router, parameters, Math.min(neededMs, leftMs)));
  return ports.record.step(router.name, 'restores the old configuration', act, unless('undone'));
}

/** Why a step did not succeed: every outcome but this one. */
function unless(expected: RouterAnswer['outcome']): (answer: RouterAnswer) => string | undefined {
  return (answer) => {
    if (answer.outcome === expected) return undefined;
    if (answer.outcome === 'silent') return answer.why;
    return 'says' in answer ? `${answer.outcome}: ${answer.says}` : answer.outcome;
  };
}

function counted(commands: number): string {
  if (commands === 0) return 'nothing, and saves what it runs';
  return commands === 1 ? '1 command' : `${commands} commands`;
}

/** Time to record the outcome. */
const TELL_MS = 5_000;
/** Enough for a router that has nothing to undo. */
const LEAST_MS = 10_000;
