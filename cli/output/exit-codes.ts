/** A contract with other people's scripts: a code per kind of end, never a count. */
export const exitCodes = {
  /** Done; or looked, and all is well. */
  done: 0,
  /** Tried and failed. */
  failed: 1,
  /** The command line or the topology is wrong; nothing was tried. */
  usage: 2,
  /** Looked, and something needs attention: degraded, drift, a difference. */
  attention: 3,
  /** Not done: declined, paused, or a safety rule said no. */
  notDone: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodesHelp = `Exit codes:
  0    done; or looked, and all is well
  1    tried and failed
  2    the command line or the topology is wrong; nothing was tried
  3    looked, and something needs attention
  4    not done: declined, paused, or a safety rule said no
  130  interrupted`;
