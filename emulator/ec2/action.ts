import type { Lifecycle } from './lifecycle.ts';
import type { OperationContext } from './operation.ts';
import type { Parameters } from './parameters.ts';
import type { RegionState } from './state.ts';
import type { XmlObject } from './wire.ts';

/** A resource that IAM authorizes for one action. */
export type Resource = { readonly arn: string; readonly context?: Readonly<Record<string, string | string[]>> };

/** An action that only reads: it may return an older state. */
export interface Read {
  readonly kind: 'read';
  readonly resources?: (parameters: Parameters, state: RegionState) => readonly Resource[];
  /** The list of ids that makes a call "filtered" for throttling. */
  readonly idList?: string;
  readonly run: (parameters: Parameters, state: RegionState) => XmlObject;
}

/** An action that changes the region, from its current state. */
export interface Write {
  readonly kind: 'write';
  readonly resources: (parameters: Parameters, state: RegionState) => readonly Resource[];
  /**
   * Validates the request: required parameters and the format of ids. A dry run checks only this and the permissions, and not
   * whether the call would succeed: "Checks whether you have the required permissions for the action".
   * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html
   */
  readonly precheck: (parameters: Parameters) => void;
  readonly run: (parameters: Parameters, state: RegionState, act: WriteContext) => WriteResult;
}

interface WriteContext {
  readonly operation: OperationContext;
  /** For starting and stopping, which goes on after the answer. */
  readonly lifecycle: Lifecycle;
}

interface WriteResult {
  readonly output: XmlObject;
  /** The region afterwards; omitted: unchanged, or changed by the lifecycle. */
  readonly state?: RegionState;
}

export type Action = Read | Write;
