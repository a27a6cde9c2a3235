import type { RegionState } from './state.ts';

/** A change of a region for which the caller's permissions are already checked. Throws `AwsError`, with nothing changed. */
export type Operation<T = void> = (state: RegionState, context: OperationContext) => Changed<T>;

export interface OperationContext {
  /** ms since the epoch. */
  readonly now: number;
  /** An id that no resource has had, e.g. `vpc-` and 17 hexadecimal digits. */
  readonly newId: (prefix: string) => string;
  /** A public IPv4 address that no region's Elastic IP address has had. */
  readonly newPublicIp: () => string;
  /** Whether IAM has an instance profile of that name. */
  readonly hasProfile: (name: string) => boolean;
  /** Value of an SSM parameter; undefined: there is none. */
  readonly parameter: (name: string) => string | undefined;
}

export interface Changed<T> {
  readonly state: RegionState;
  readonly result: T;
}
