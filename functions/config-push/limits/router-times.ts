/**
 * How long a router takes for a push: the only figures of it, for the documents, the function and the command line. Measured
 * with VyOS 1.4's own backend on two shared cores: 95 lines 9 s in all; 3 000 `my_set` 127 s, which is the upper bound for
 * loading as many lines in one go (594 of 99 tunnels took a third of that); their commit 207 s; an undo of them 164 s.
 */

/**
 * The script of `apply-config` is killed after so many seconds, with all that it started; its timer then ends what it began.
 */
export const APPLY_STEP_S = 600;
export const SHOW_STEP_S = 60;

/** Reading, secrets, session and verification, without which nothing is applied or undone. */
const BASE_S = 20;
const APPLY_COMMAND_S = (127 + 207) / 3000;
const UNDO_COMMAND_S = 164 / 3000;

/** @returns s until a push of so many commands has been applied, where nobody else commits */
export function applyTakesS(commands: number): number {
  return Math.ceil(BASE_S + commands * APPLY_COMMAND_S);
}

/** @returns s until it has been undone, where nothing had gone wrong before */
export function undoTakesS(commands: number): number {
  return Math.ceil(BASE_S + commands * UNDO_COMMAND_S);
}

/**
 * @returns s until it has been undone where its commit failed or was killed: it is committed once more before the old values
 */
export function undoOfFailedTakesS(commands: number): number {
  return applyTakesS(commands) + undoTakesS(commands);
}
