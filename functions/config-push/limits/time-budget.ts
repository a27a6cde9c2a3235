import { COMMAND_OVERHEAD_MS } from '#aws/bounds.ts';
import type { PushPorts } from '../ports.ts';
import { APPLY_STEP_S, applyTakesS, undoOfFailedTakesS, undoTakesS } from './router-times.ts';

/** The function's timeout: the longest that Lambda allows. */
export const FUNCTION_TIMEOUT_MS = 900_000;

/** The lease of a run that crashed expires this long after the run's last possible moment. */
const LEASE_SLACK_MS = 10_000;
export const LEASE_FOR_MS = FUNCTION_TIMEOUT_MS + LEASE_SLACK_MS;

/** Time for the SSM agent to fetch a command and to deliver its answer. */
const AGENT_MS = 10_000;

/** A queued command is not begun after this time. */
export const BEGIN_WITHIN_MS = 60_000;
/** Time to read the site and to write the journal, at each place that does so. */
const OBSERVE_MS = 15_000;
/** Margin of the router's own timer over everything that is waited for. */
const TIMER_SLACK_MS = 30_000;
/**
 * An unconfirmed router waits this much longer for its far ends: until the last of them is verified, and for all
 * confirmations.
 */
const UNCONFIRMED_FOR_MS = 300_000;

/** What the length of a step depends on. */
export interface StepSize {
  /** How many commands the router gets. */
  readonly commands: number;
  /** It waits unconfirmed for its far ends. */
  readonly awaitsFarEnds: boolean;
  /** The longest that it takes to prove that sessions stay up, ms. */
  readonly proofMs: number;
}

type Limits = Pick<PushPorts, 'deadlines' | 'verify'>;

/** How long applying this many commands may take before it is given up, ms. */
export function applyWithinMs(commands: number, { deadlines }: Limits): number {
  return Math.max(deadlines.apply, applyTakesS(commands) * 1000 + AGENT_MS);
}

export function undoWithinMs(commands: number, { deadlines }: Limits): number {
  return Math.max(deadlines.undo, undoTakesS(commands) * 1000 + AGENT_MS);
}

/** The same after a commit that failed or was interrupted. */
export function undoOfFailedWithinMs(commands: number, { deadlines }: Limits): number {
  return Math.max(deadlines.undo, undoOfFailedTakesS(commands) * 1000 + AGENT_MS);
}

/** The router's BGP must be back within this time, ms; a far end may lag. */
export function backWithinMs({ awaitsFarEnds }: Pick<StepSize, 'awaitsFarEnds'>, { verify }: Limits): number {
  return verify.withinMs + (awaitsFarEnds ? verify.farEndMs : 0);
}

/** One reading of the neighbors, with SSM's overhead, ms. */
export function readingMs({ deadlines }: Limits): number {
  return deadlines.neighbors + COMMAND_OVERHEAD_MS;
}

/** Reading the site and both routers; the neighbors twice where a reading fails or shows no session. */
export function planMs(limits: Limits): number {
  const { deadlines, verify } = limits;
  return OBSERVE_MS + Math.max(deadlines.show + COMMAND_OVERHEAD_MS, 2 * readingMs(limits) + verify.everyMs);
}

/** From the router's first command until it is confirmed or waits for confirmation. */
function changeMs(size: StepSize, limits: Limits): number {
  const verifying = backWithinMs(size, limits) + size.proofMs + readingMs(limits);
  return applyWithinMs(size.commands, limits) + COMMAND_OVERHEAD_MS + verifying + OBSERVE_MS;
}

/** Two requests. */
function confirmMs({ deadlines }: Limits): number {
  return 2 * (deadlines.confirm + COMMAND_OVERHEAD_MS);
}

/**
 * What the timer of an unconfirmed router must have left when it is asked: time to confirm one router before it, and
 * then itself; ms.
 */
export function minUnconfirmedMs(limits: Limits): number {
  return 2 * confirmMs(limits);
}

/** The longest that one router takes after its plan: it is changed, and then confirmed or rolled back; ms. */
export function stepMs(size: StepSize, limits: Limits): number {
  const ending = Math.max(confirmMs(limits), undoWithinMs(size.commands, limits) + COMMAND_OVERHEAD_MS);
  return OBSERVE_MS + changeMs(size, limits) + ending;
}

/**
 * The router's own timer, s, from before its commit: longer than everything that the function waits for. It also ends
 * what the function cannot, if the function crashes or the router becomes unreachable.
 */
export function undoAfterS(size: StepSize, limits: Limits): number {
  const held = size.awaitsFarEnds ? UNCONFIRMED_FOR_MS : 0;
  return Math.ceil((changeMs(size, limits) + confirmMs(limits) + held + TIMER_SLACK_MS) / 1000);
}

/** However late the command arrives, the router runs its old configuration again within this time from now; ms. */
export function revertsWithinMs(size: StepSize, limits: Limits): number {
  return BEGIN_WITHIN_MS + undoAfterS(size, limits) * 1000 + undoOfFailedWithinMs(size.commands, limits);
}

/**
 * However late a function that is invoked now reaches its router, and with any number of commands: an unconfirmed
 * configuration is rolled back within this time, ms. An apply that is longer than its step allows is never begun.
 */
export function anyRevertsWithinMs(limits: Limits): number {
  const lastBegin = FUNCTION_TIMEOUT_MS + LEASE_SLACK_MS + BEGIN_WITHIN_MS;
  return lastBegin + confirmMs(limits) + UNCONFIRMED_FOR_MS + TIMER_SLACK_MS + APPLY_STEP_S * 1000;
}

/** The lease of a step that is about to begin, ms: rolling back an interrupted apply can take longer. */
export function leaseMs(size: StepSize, limits: Limits): number {
  const failed = undoOfFailedWithinMs(size.commands, limits) - undoWithinMs(size.commands, limits);
  return stepMs(size, limits) + failed + LEASE_SLACK_MS;
}
