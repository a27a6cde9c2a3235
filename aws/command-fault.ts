/**
 * Why a command gave no whole answer, where AWS or its agent names the reason: SSM's `StatusDetails`
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html), the error of a SendCommand that was not
 * accepted, or `OutputTruncated`. None of them is evidence about the router's health.
 */
export const COMMAND_FAULTS = {
  Undeliverable: 'the command could not be delivered to the instance',
  AccessDenied: 'the sender of the command has no permission to run it on the instance',
  InvalidPlatform: 'the document is not for the platform of the instance',
  Terminated: 'SSM ended the command before it reached the instance',
  DeliveryTimedOut: 'the agent did not take the command in time',
  ExecutionTimedOut: 'the script exceeded its time limit and was stopped',
  Canceled: 'the command was cancelled',
  Cancelled: 'the command was cancelled',
  InvalidInstanceId: 'SSM accepts no command for the instance',
  OutputTruncated: 'the answer was longer than 24,000 characters, and SSM cut it off',
} as const;

export type CommandFault = keyof typeof COMMAND_FAULTS;

/** Faults of a command that reached no agent: it has not run and will not run. */
const NEVER_DELIVERED: ReadonlySet<string> = new Set<CommandFault>([
  'Undeliverable',
  'AccessDenied',
  'InvalidPlatform',
  'Terminated',
]);

export function isFault(name: string): name is CommandFault {
  return Object.hasOwn(COMMAND_FAULTS, name);
}

/**
 * How a command ended for SSM's own reason. A status that is unknown here has no `fault` and is reported by its name. SSM's
 * documents write `Access Denied` and `Delivery Timed Out`
 * (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html); whether its answers have
 * the spaces is unverified.
 */
export function silentFor(details: string): {
  readonly kind: 'silent';
  readonly why: string;
  readonly fault?: CommandFault;
  readonly neverRan?: true;
} {
  const fault = details.replaceAll(' ', '');
  if (!isFault(fault)) return { kind: 'silent', why: `SSM says ${details}` };
  const why = `SSM says ${details}: ${COMMAND_FAULTS[fault]}`;
  return { kind: 'silent', why, fault, ...(NEVER_DELIVERED.has(fault) && { neverRan: true }) };
}
