import type { DocumentVersion } from './documents.ts';
import type { ParameterValues, Script } from './interpolation.ts';

type CommandStatus = 'Pending' | 'InProgress' | 'Success' | 'Failed' | 'TimedOut' | 'Cancelled';

/**
 * Ends of an invocation that never ran, for SSM's own reason; its `Status` is `Failed`, or `TimedOut`.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
export const UNDELIVERED = [
  'Undeliverable',
  'AccessDenied',
  'InvalidPlatform',
  'Terminated',
  'DeliveryTimedOut',
] as const;
export type Undelivered = (typeof UNDELIVERED)[number];

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html */
export type StatusDetails = CommandStatus | Undelivered | 'ExecutionTimedOut';

/** The coarser `Status` that goes with it. */
export function statusFor(details: StatusDetails): CommandStatus {
  switch (details) {
    case 'DeliveryTimedOut':
    case 'ExecutionTimedOut':
      return 'TimedOut';
    case 'Undeliverable':
    case 'AccessDenied':
    case 'InvalidPlatform':
    case 'Terminated':
      return 'Failed';
    case 'Pending':
    case 'InProgress':
    case 'Success':
    case 'Failed':
    case 'TimedOut':
    case 'Cancelled':
      return details;
  }
}

export interface Invocation {
  readonly instance: string;
  status: CommandStatus;
  details: StatusDetails;
  /** -1 until it has run. */
  responseCode: number;
  stdout: string;
  stderr: string;
  /** ms since the epoch. */
  startedAt: number | undefined;
  endedAt: number | undefined;
}

export interface Command {
  readonly id: string;
  readonly region: string;
  readonly document: DocumentVersion;
  readonly parameters: ParameterValues;
  readonly script: Script;
  readonly comment: string;
  /** "If this time is reached and the command hasn't already started running, it won't run." */
  readonly timeoutSeconds: number;
  /** ms since the epoch. */
  readonly requestedAt: number;
  readonly invocations: readonly Invocation[];
}

export function newInvocation(instance: string): Invocation {
  return {
    instance,
    status: 'Pending',
    details: 'Pending',
    responseCode: -1,
    stdout: '',
    stderr: '',
    startedAt: undefined,
    endedAt: undefined,
  };
}

export function isFinished({ status }: Invocation): boolean {
  return status !== 'Pending' && status !== 'InProgress';
}

/** Of the whole command: unfinished while any invocation is, otherwise the worst of them. */
export function statusOf({ invocations }: Command): CommandStatus {
  const order: CommandStatus[] = ['InProgress', 'Pending', 'Failed', 'TimedOut', 'Cancelled', 'Success'];
  return order.find((status) => invocations.some((each) => each.status === status)) ?? 'Success';
}
