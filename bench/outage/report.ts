import type { ProfileName } from '#bench/latency/profiles.ts';
import type { Machine } from '#bench/machine.ts';
import { median } from '#bench/statistics.ts';
import type { SiteDetector } from '#topology/topology.ts';
import type { AwsConditions } from './aws-conditions.ts';
import type { Failure, Recording, Trial } from './trial.ts';
import type { WayName } from './ways.ts';

/** The contract of `bench -- outage --json` and of docs/bench/outage.json: fields are only ever added. */
export interface OutageReport {
  readonly schema: 'vyos-failover.bench-outage/1';
  /** ISO 8601. */
  readonly at: string;
  readonly machine: Machine;
  readonly conditions: {
    /** Tunnels are GRE in ESP, and not VXLAN in clear. */
    readonly encrypted: boolean;
    /** How fast the emulated AWS is; undefined: `lab`. */
    readonly latency?: ProfileName;
    /** Whether route-swap had an execution environment; undefined: `warm`. */
    readonly start?: AwsConditions['start'];
    /** Of ReplaceRoute, ms: the median, and sigma of its lognormal distribution. In the profile `lab`, of every call. */
    readonly latencyMs: number;
    readonly latencySigma: number;
    readonly bfd: { readonly intervalMs: number; readonly multiplier: number };
    readonly confirmMs: number;
    /** What notices a dead router, in our design; undefined: serf and bfd. */
    readonly detectors?: readonly SiteDetector[];
    /** The version of FRR, such as `10.3`; undefined: 8.4.4. */
    readonly frr?: string;
    /** Load of the machine over the last minute, when it ended. */
    readonly load: number;
  };
  readonly results: readonly OutageResult[];
  /** One trial in full for each result: the one whose outage is the median. */
  readonly examples: readonly OutageExample[];
}

export interface OutageResult {
  readonly failure: Failure;
  readonly way: WayName;
  readonly trials: readonly Trial[];
  /** Ours divided by the original, of medians; only where both are. */
  readonly timesOriginal: number | null;
}

/** Times are ms after the failure. */
export interface OutageExample {
  readonly failure: Failure;
  readonly way: WayName;
  readonly trial: Trial;
  readonly replies: readonly number[];
  readonly calls: readonly { readonly name: string; readonly from: number; readonly to: number }[];
}

/** What a trial measures, in the order of a failure. */
export const MEASURES = ['detectedMs', 'suspectedMs', 'reportedMs', 'movedMs', 'nearMs', 'farMs', 'outageMs'] as const;
export type Measure = (typeof MEASURES)[number];

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Of the trials in which it happened; null: in none. An outage that did not end is no number: `unended` counts them. */
export function spreadOf(trials: readonly Trial[], measure: Measure): Spread | null {
  const values = trials.map((trial) => trial[measure] ?? null).filter((value) => value !== null);
  if (values.length === 0) return null;
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

export function unended(trials: readonly Trial[]): number {
  return trials.filter(({ outageMs }) => outageMs === null).length;
}

export interface Recorded {
  readonly way: WayName;
  readonly failure: Failure;
  readonly recordings: readonly Recording[];
}

export function reportOf(
  machine: Machine,
  conditions: OutageReport['conditions'],
  at: Date,
  recorded: readonly Recorded[],
): OutageReport {
  const trialsOf = (way: WayName, failure: Failure) =>
    recorded
      .filter((each) => each.way === way && each.failure === failure)
      .flatMap(({ recordings }) => recordings.map(({ trial }) => trial));
  const medianOf = (way: WayName, failure: Failure) => spreadOf(trialsOf(way, failure), 'outageMs')?.median;
  return {
    schema: 'vyos-failover.bench-outage/1',
    at: at.toISOString(),
    machine,
    conditions,
    results: recorded.map(({ way, failure }) => {
      const [own, original] = [medianOf(way, failure), medianOf('original', failure)];
      const times = own === undefined || original === undefined ? null : Number((own / original).toFixed(3));
      return { failure, way, trials: trialsOf(way, failure), timesOriginal: times };
    }),
    examples: recorded.flatMap(({ way, failure, recordings }) => {
      const example = nearestToMedian(recordings);
      return example === undefined ? [] : [exampleOf(way, failure, example)];
    }),
  };
}

function nearestToMedian(recordings: readonly Recording[]): Recording | undefined {
  const middle = spreadOf(
    recordings.map(({ trial }) => trial),
    'outageMs',
  )?.median;
  if (middle === undefined) return undefined;
  const distance = ({ trial }: Recording) => Math.abs((trial.outageMs ?? Number.POSITIVE_INFINITY) - middle);
  return recordings.toSorted((a, b) => distance(a) - distance(b))[0];
}

function exampleOf(way: WayName, failure: Failure, { trial, failedAt, ping, happenings }: Recording): OutageExample {
  const after = (at: number) => Math.round(at - failedAt);
  const calls = happenings.flatMap((happening) =>
    happening.kind === 'call' ? [{ name: happening.action, at: happening.at, ms: happening.ms }] : [],
  );
  return {
    way,
    failure,
    trial,
    replies: ping.replies.map(after).filter((at) => at >= -BEFORE_MS),
    calls: calls.map(({ name, at, ms }) => ({ name, from: after(at), to: after(at + ms) })),
  };
}

/** As much of the time before is kept as a picture shows. */
const BEFORE_MS = 300;
