import type { Machine } from '#bench/machine.ts';
import { spreadOf } from '#bench/outage/report.ts';
import { type Span, spansOf } from '#bench/outage/spans.ts';
import type { Recording, Trial } from '#bench/outage/trial.ts';
import type { SiteDetector } from '#topology/topology.ts';
import type { Arm } from './arms.ts';
import type { Profile, ProfileName } from './profiles.ts';

/** The contract of `bench -- latency --json` and of docs/bench/latency.json: fields are only ever added. */
export interface LatencyReport {
  readonly schema: 'vyos-failover.bench-latency/1';
  /** ISO 8601. */
  readonly at: string;
  readonly machine: Machine;
  readonly conditions: {
    readonly encrypted: boolean;
    readonly bfd: { readonly intervalMs: number; readonly multiplier: number };
    readonly confirmMs: number;
    readonly detectors: readonly SiteDetector[];
    /** The version of FRR. */
    readonly frr: string;
    /** Load of the machine over the last minute, when it ended. */
    readonly load: number;
  };
  /** As they were. */
  readonly profiles: Readonly<Record<ProfileName, Profile>>;
  readonly results: readonly LatencyResult[];
}

export type LatencyResult = Arm & {
  readonly trials: readonly Trial[];
  /** The trial whose outage is the median; null: none has ended, or no stages are known. */
  readonly example: { readonly movedMs: number; readonly spans: readonly Span[] } | null;
};

export function resultOf(arm: Arm, recordings: readonly Recording[]): LatencyResult {
  const trials = recordings.map(({ trial }) => trial);
  const middle = spreadOf(trials, 'outageMs')?.median ?? 0;
  const distance = ({ trial }: Recording) => Math.abs((trial.outageMs ?? Number.POSITIVE_INFINITY) - middle);
  const [nearest] = recordings
    .filter(({ trial }) => trial.stages !== undefined)
    .toSorted((one, other) => distance(one) - distance(other));
  const movedMs = nearest?.trial.movedMs ?? null;
  return {
    ...arm,
    trials,
    example: nearest === undefined || movedMs === null ? null : { movedMs, spans: spansOf(nearest) },
  };
}
