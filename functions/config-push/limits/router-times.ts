/**
 * How long a router takes for a push: the only figures, for documents, function and command line. Measured with VyOS
 * 1.4's own backend on two shared cores: 95 lines took 9 s in all; 3 000 `my_set` took 127 s, which is an upper bound
 * for loading as many lines at once (594 lines of 99 tunnels took a third of that); their commit took 207 s; their
 * rollback 164 s.
 */

/**
 * The script of `apply-config` and all that it started are ended (SIGKILL) after this many seconds; the router's timer then
 * ends the attempt.
 */
export const APPLY_STEP_S = 600;
export const SHOW_STEP_S = 60;
/** The script of `install-bundle` waits 240 s for the installation, which continues without it. */
export const INSTALL_STEP_S = 270;

/** Time for reading, secrets, session and verification, which every apply and rollback needs. */
const BASE_S = 20;
const APPLY_COMMAND_S = (127 + 207) / 3000;
const UNDO_COMMAND_S = 164 / 3000;

/** @returns s until a push of this many commands is applied, without another commit at the same time */
export function applyTakesS(commands: number): number {
  return Math.ceil(BASE_S + commands * APPLY_COMMAND_S);
}

/** @returns s until it is rolled back after a clean apply */
export function undoTakesS(commands: number): number {
  return Math.ceil(BASE_S + commands * UNDO_COMMAND_S);
}

/**
 * @returns s until it is rolled back after a commit that failed or was interrupted: it is committed once more before the
 * old values
 */
export function undoOfFailedTakesS(commands: number): number {
  return applyTakesS(commands) + undoTakesS(commands);
}
