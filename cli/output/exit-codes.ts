/** A contract with scripts: one code for each kind of result, never a count. */
export const exitCodes = {
  /** Done; or a query found everything in order. */
  done: 0,
  /** Tried and failed. */
  failed: 1,
  /** The command line or the topology is wrong; nothing was tried. */
  usage: 2,
  /** A query found something that needs attention: down, degraded, drift, a difference. */
  attention: 3,
  /** Not done: declined, paused, or refused by a safety rule. */
  notDone: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodesHelp = `Exit codes:
  0    done, or everything is in order
  1    tried and failed
  2    the command line or the topology is wrong; nothing was tried
  3    something needs attention: down, degraded, drift, or a difference
  4    not done: declined, paused, or refused by a safety rule
  130  interrupted`;
