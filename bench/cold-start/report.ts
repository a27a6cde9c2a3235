import type { Machine } from '#bench/machine.ts';

/** How the code of a function was made. */
export type Bundling = 'ours' | 'cdk-default';

/** The contract of `bench -- cold-start --json` and of docs/bench/cold-start.json: fields are only ever added. */
export interface ColdStartReport {
  readonly schema: 'vyos-failover.bench-cold-start/1';
  /** ISO 8601. */
  readonly at: string;
  readonly machine: Machine;
  /** A process that imports an empty module. */
  readonly bareNode: Measured;
  readonly bundles: readonly BundleReport[];
}

export interface BundleReport extends Measured {
  readonly function: string;
  readonly bundling: Bundling;
  /** All JavaScript in the directory; of `cdk-default` without the SDK, which Lambda has. */
  readonly bytes: number;
  /** Import time as a multiple of CDK's default bundling of the same function, in the same run. */
  readonly timesCdkDefault: number;
  /** Time of the whole process as a multiple of bare Node's. */
  readonly timesBareNode: number;
}

export interface Measured {
  readonly runs: readonly Run[];
  readonly median: Run;
}

export interface Run {
  /** From before `import()` to after it, ms. */
  readonly importMs: number;
  /** From starting the process to its end, ms. */
  readonly processMs: number;
}
