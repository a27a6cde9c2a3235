import type { Machine } from '#bench/machine.ts';
import { median } from '#bench/statistics.ts';
import { leastDurationMs } from '#failover/call-pacer.ts';
import type { PairsRun } from './fail-pairs.ts';

/** The contract of `bench -- pairs --json` and of docs/bench/pairs.json: fields are only ever added. */
export interface PairsReport {
  readonly schema: 'vyos-failover.bench-pairs/1';
  /** ISO 8601. */
  readonly at: string;
  readonly machine: Machine;
  /** Of each pair. */
  readonly routes: number;
  readonly counts: readonly PairsCount[];
}

/** Times in ms after the failure. */
export interface PairsCount {
  readonly pairs: number;
  readonly runs: readonly PairsRun[];
  /** When the most important route had moved: of the pair in the middle, of nine pairs in ten, of all; and the least time for all. */
  readonly first: { readonly half: number; readonly most: number; readonly all: number; readonly bound: number };
  /** When every route had moved. */
  readonly last: { readonly half: number; readonly all: number; readonly bound: number };
}

/** Medians over the runs. */
export function countOf(pairs: number, routes: number, runs: readonly PairsRun[]): PairsCount {
  const of = (times: (run: PairsRun) => readonly number[], share: number) =>
    Math.round(median(runs.map((run) => at(times(run), share))));
  const first = (share: number) => of(({ firstMs }) => firstMs, share);
  const last = (share: number) => of(({ lastMs }) => lastMs, share);
  return {
    pairs,
    runs,
    first: { half: first(0.5), most: first(0.9), all: first(1), bound: leastDurationMs(pairs) },
    last: { half: last(0.5), all: last(1), bound: leastDurationMs(pairs * routes) },
  };
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}
