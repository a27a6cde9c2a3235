import { randomUUID } from 'node:crypto';
import type { StackArtifact } from '#emulator/assembly.ts';
import { partitionOf } from '#emulator/partition.ts';
import type { LiveResource } from '#emulator/template.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_COMPLETE'
  | 'ROLLBACK_FAILED'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED';

export type ResourceStatus =
  | `${'CREATE' | 'UPDATE' | 'DELETE'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`
  | 'DELETE_SKIPPED';

export interface StackEvent {
  readonly id: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly logicalId: string;
  /** Empty before the creation of a resource whose id only the creation tells. */
  readonly physicalId: string;
  readonly type: string;
  readonly status: StackStatus | ResourceStatus;
  readonly reason: string | undefined;
}

export type ResolvedParameters = Readonly<Record<string, string | undefined>>;

/** A stack, deleted ones included. */
export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly createdAt: number;
  /** The template of the last deployment that succeeded; of the first one, that of the creation. */
  artifact: StackArtifact;
  /** Values of the template's parameters as given: an SSM parameter's name, not its value. */
  parameters: Readonly<Record<string, string>>;
  /** The same with the values of SSM parameters; undefined: there is none of that name. */
  resolvedParameters: ResolvedParameters;
  /** By logical id, in the order of creation. */
  readonly resources: Map<string, LiveResource>;
  outputs: Readonly<Record<string, string>>;
  status: StackStatus;
  reason: string | undefined;
  updatedAt: number | undefined;
  deletedAt: number | undefined;
  terminationProtection: boolean;
  /** Oldest first. */
  readonly events: StackEvent[];
}

export const STACK_TYPE = 'AWS::CloudFormation::Stack';

export function newStack(
  artifact: StackArtifact,
  { accountId, now, status }: { readonly accountId: string; readonly now: number; readonly status: StackStatus },
): Stack {
  const { name, region } = artifact;
  return {
    id: `arn:${partitionOf(region).name}:cloudformation:${region}:${accountId}:stack/${name}/${randomUUID()}`,
    name,
    region,
    createdAt: now,
    artifact,
    parameters: {},
    resolvedParameters: {},
    resources: new Map(),
    outputs: {},
    status,
    reason: undefined,
    updatedAt: undefined,
    deletedAt: undefined,
    terminationProtection: artifact.terminationProtection,
    events: [],
  };
}

/** Sets the stack's status. `at`: ms since the epoch. */
export function enter(stack: Stack, status: StackStatus, at: number, reason?: string): void {
  stack.status = status;
  stack.reason = reason;
  const { id: physicalId, name: logicalId } = stack;
  stack.events.push({ id: randomUUID(), at, logicalId, physicalId, type: STACK_TYPE, status, reason });
}

/** Records the status of one of the stack's resources. */
export function note(
  stack: Stack,
  { logicalId, type, physicalId }: Pick<StackEvent, 'logicalId' | 'type' | 'physicalId'>,
  status: ResourceStatus,
  at: number,
  reason?: string,
): void {
  stack.events.push({ id: randomUUID(), at, logicalId, physicalId, type, status, reason });
}
