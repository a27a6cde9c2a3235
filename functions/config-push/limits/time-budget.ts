import { COMMAND_OVERHEAD_MS } from '#aws/bounds.ts';
import type { PushPorts } from '../ports.ts';
import { APPLY_STEP_S, applyTakesS, undoOfFailedTakesS, undoTakesS } from './router-times.ts';

/** The function's timeout: Lambda's longest. */
export const FUNCTION_TIMEOUT_MS = 900_000;

/** A run that died keeps others waiting no longer than it could have lived, and so many ms more. */
const LEASE_SLACK_MS = 10_000;
export const LEASE_FOR_MS = FUNCTION_TIMEOUT_MS + LEASE_SLACK_MS;

/** Until the SSM agent has fetched a command, and its answer has come. */
const AGENT_MS = 10_000;

/** A command that lies in a queue is not begun any more after so many ms. */
export const BEGIN_WITHIN_MS = 60_000;
/** Reading the site, and writing the journal, at each of the places where that is done. */
const OBSERVE_MS = 15_000;
/** So much longer than all that is waited for does the router's own timer wait. */
const TIMER_SLACK_MS = 30_000;
/** A held router waits so many ms more for its far ends: for the last of them to be well, and then for all confirmations. */
const UNCONFIRMED_FOR_MS = 300_000;

/** What the length of a step depends on. */
export interface StepSize {
  /** How many commands the router gets. */
  readonly commands: number;
  /** It is held for its far ends. */
  readonly awaitsFarEnds: boolean;
  /** How long it takes at most to prove that sessions which are up stay up, ms. */
  readonly proofMs: number;
}

type Limits = Pick<PushPorts, 'deadlines' | 'verify'>;

/** How long applying so many commands may take until it is given up, ms. */
export function applyWithinMs(commands: number, { deadlines }: Limits): number {
  return Math.max(deadlines.apply, applyTakesS(commands) * 1000 + AGENT_MS);
}

export function undoWithinMs(commands: number, { deadlines }: Limits): number {
  return Math.max(deadlines.undo, undoTakesS(commands) * 1000 + AGENT_MS);
}

/** By a router whose commit failed or was killed. */
export function undoOfFailedWithinMs(commands: number, { deadlines }: Limits): number {
  return Math.max(deadlines.undo, undoOfFailedTakesS(commands) * 1000 + AGENT_MS);
}

/** The router's BGP must be back within so many ms; a far end may be behind. */
export function backWithinMs({ awaitsFarEnds }: Pick<StepSize, 'awaitsFarEnds'>, { verify }: Limits): number {
  return verify.withinMs + (awaitsFarEnds ? verify.farEndMs : 0);
}

/** Of one reading of the neighbors, with all that SSM may add. */
export function readingMs({ deadlines }: Limits): number {
  return deadlines.neighbors + COMMAND_OVERHEAD_MS;
}

/** Reading the site and both routers: their neighbors twice, where they tell nothing or of no session. */
export function planMs(limits: Limits): number {
  const { deadlines, verify } = limits;
  return OBSERVE_MS + Math.max(deadlines.show + COMMAND_OVERHEAD_MS, 2 * readingMs(limits) + verify.everyMs);
}

/** From the router's first command until it is confirmed or held. */
function changeMs(size: StepSize, limits: Limits): number {
  const verifying = backWithinMs(size, limits) + size.proofMs + readingMs(limits);
  return applyWithinMs(size.commands, limits) + COMMAND_OVERHEAD_MS + verifying + OBSERVE_MS;
}

/** Asked twice. */
function confirmMs({ deadlines }: Limits): number {
  return 2 * (deadlines.confirm + COMMAND_OVERHEAD_MS);
}

/**
 * What a held router's timer must leave when it is asked: one that is confirmed before it, and then its own confirmation;
 * ms.
 */
export function minUnconfirmedMs(limits: Limits): number {
  return 2 * confirmMs(limits);
}

/** The longest that one router takes, once it is planned: it is changed, and then confirmed or taken back; ms. */
export function stepMs(size: StepSize, limits: Limits): number {
  const ending = Math.max(confirmMs(limits), undoWithinMs(size.commands, limits) + COMMAND_OVERHEAD_MS);
  return OBSERVE_MS + changeMs(size, limits) + ending;
}

/**
 * The router's own timer, s, from before its commit: longer than all that is waited for here. It also ends what this
 * function cannot end, if the function dies or the router cannot be reached any more.
 */
export function undoAfterS(size: StepSize, limits: Limits): number {
  const held = size.awaitsFarEnds ? UNCONFIRMED_FOR_MS : 0;
  return Math.ceil((changeMs(size, limits) + confirmMs(limits) + held + TIMER_SLACK_MS) / 1000);
}

/** However late the command arrives: the router runs its old configuration again within so many ms from now. */
export function revertsWithinMs(size: StepSize, limits: Limits): number {
  return BEGIN_WITHIN_MS + undoAfterS(size, limits) * 1000 + undoOfFailedWithinMs(size.commands, limits);
}

/**
 * However late a function that was asked now gets to its router, with however many commands: what is not confirmed is undone
 * within so many ms. A longer apply than its step has time for is never begun.
 */
export function anyRevertsWithinMs(limits: Limits): number {
  const lastBegin = FUNCTION_TIMEOUT_MS + LEASE_SLACK_MS + BEGIN_WITHIN_MS;
  return lastBegin + confirmMs(limits) + UNCONFIRMED_FOR_MS + TIMER_SLACK_MS + APPLY_STEP_S * 1000;
}

/** The lease of a step that is about to begin, ms: whoever undoes an apply that was killed may need longer. */
export function leaseMs(size: StepSize, limits: Limits): number {
  const failed = undoOfFailedWithinMs(size.commands, limits) - undoWithinMs(size.commands, limits);
  return stepMs(size, limits) + failed + LEASE_SLACK_MS;
}
