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
  readonly memory: MemoryReport;
}

/** The functions in processes with the share of a CPU that Lambda gives to each size of memory. */
export type MemoryReport =
  | { readonly periodMs: number; readonly sizes: readonly SizeReport[] }
  /** A sentence: why this machine cannot measure it. */
  | { readonly skipped: string };

export interface SizeReport {
  readonly mb: number;
  /** Share of one CPU. */
  readonly cpu: number;
  readonly runs: readonly MemoryTimes[];
  readonly median: MemoryTimes;
  /** Of a healthy site: the time of each function, dollars a month. */
  readonly usdAMonth: { readonly routeSwap: number; readonly healthProbe: number };
}

/** Of functions that AWS answers at once; ms. */
export interface MemoryTimes {
  /** route-swap: from the start of the process until it asks for its first event. */
  readonly initMs: number;
  /** Its first event, after that. */
  readonly coldSuspectedMs: number;
  /** The next one, until the last route has moved. */
  readonly coldConfirmedMs: number;
  /** The same in an environment that has answered the probe and contacts only. */
  readonly suspectedMs: number;
  readonly confirmedMs: number;
  /** The answer to a round of health-probe, and to a contact. */
  readonly askMs: number;
  readonly contactMs: number;
  /** A round of health-probe: the first of an environment, with its start, and the next one. */
  readonly coldProbeMs: number;
  readonly probeMs: number;
  /** The most memory that the process has had, MB. */
  readonly routeSwapMb: number;
  readonly healthProbeMb: number;
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
