import type { Machine } from '#bench/machine.ts';
import { median, medianOfReached, rounded } from '#bench/statistics.ts';
import { type Bucket, leastDurationMs, MUTATING_CALLS } from '#failover/call-pacer.ts';
import type { NaiveName } from './naive-ways.ts';
import type { Said } from './router.ts';
import { ROUTES_PER_TABLE } from './site-of-routes.ts';
import type { Tally } from './tally.ts';
import type { Conditions } from './testbed.ts';

export type WayName = 'ours' | NaiveName;

/** The way that all others are compared with: the simplest one. */
export const BASELINE: WayName = 'sequential';

/** `api`: the API's answers to the router; of our way only. */
export type SwapRun = Tally & { readonly api?: readonly Said[] };

/** The contract of `bench -- swap --json` and of docs/bench/swap.json: fields are only ever added. */
export interface SwapReport {
  readonly schema: 'vyos-failover.bench-swap/1';
  /** ISO 8601. */
  readonly at: string;
  readonly machine: Machine;
  readonly conditions: Conditions & { readonly bucket: Bucket; readonly routesPerTable: number };
  readonly counts: readonly CountReport[];
}

export interface CountReport {
  readonly routes: number;
  /** What EC2's throttle and one call make of it at least, ms. */
  readonly boundMs: number;
  readonly ways: readonly WayReport[];
}

export interface WayReport {
  readonly way: WayName;
  readonly runs: readonly SwapRun[];
  readonly median: Tally;
  /** Time to the last route, as a multiple of the baseline's in the same run; null: one of the two never got there. */
  readonly timesBaseline: number | null;
  /** The same as a multiple of the bound. */
  readonly timesBound: number | null;
}

export function reportOf(
  machine: Machine,
  conditions: Conditions,
  at: Date,
  measured: readonly { readonly routes: number; readonly runs: Readonly<Record<WayName, readonly SwapRun[]>> }[],
): SwapReport {
  return {
    schema: 'vyos-failover.bench-swap/1',
    at: at.toISOString(),
    machine,
    conditions: { ...conditions, bucket: MUTATING_CALLS, routesPerTable: ROUTES_PER_TABLE },
    counts: measured.map(({ routes, runs }) => countReport(routes, runs, conditions)),
  };
}

function countReport(
  routes: number,
  runs: Readonly<Record<WayName, readonly SwapRun[]>>,
  { latencyMs }: Conditions,
): CountReport {
  const boundMs = leastDurationMs(routes) + latencyMs;
  const baseline = medianTally(runs[BASELINE]).lastMovedMs;
  const ways = (Object.keys(runs) as WayName[]).map((way): WayReport => {
    const middle = medianTally(runs[way]);
    const times = (of: number | null) =>
      middle.lastMovedMs === null || of === null ? null : rounded(middle.lastMovedMs / of, 3);
    return { way, runs: runs[way], median: middle, timesBaseline: times(baseline), timesBound: times(boundMs) };
  });
  return { routes, boundMs, ways };
}

function medianTally(runs: readonly SwapRun[]): Tally {
  const of = (field: keyof Tally) => median(runs.map((run) => run[field] ?? Number.NaN));
  return {
    firstMovedMs: medianOfReached(runs.map((run) => run.firstMovedMs)),
    lastMovedMs: medianOfReached(runs.map((run) => run.lastMovedMs)),
    moved: of('moved'),
    writes: of('writes'),
    throttled: of('throttled'),
    otherCalls: of('otherCalls'),
    notMoved: of('notMoved'),
    lost: of('lost'),
    routeSecondsWithout: of('routeSecondsWithout'),
  };
}
