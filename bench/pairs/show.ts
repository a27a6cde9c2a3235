import { median } from '#bench/statistics.ts';
import { renderTable } from '#bench/table.ts';
import type { PairsRun } from './fail-pairs.ts';
import type { PairsCount, PairsReport } from './report.ts';

export function showPairs({ routes, counts }: PairsReport): string {
  const runs = counts[0]?.runs.length ?? 0;
  const heads = [
    'pairs',
    'half',
    '9 in 10',
    'all',
    'bound',
    'half',
    'all',
    'bound',
    'writes',
    'throttled',
    'reads',
    'throttled',
  ];
  return [
    `All active routers of an account fail at once; ${routes} routes each. Seconds, medians of ${runs}.`,
    '',
    '       most important route moved     every route moved     calls to EC2',
    renderTable(heads, counts.map(rowOf), 0),
    '',
    'half, 9 in 10, all: of the pairs · bound: the least time for all by the published throttle (50 at once, then 5/s)',
    'simulated: the functions and the emulated EC2 with a virtual clock; 40 ms a call (lognormal, sigma 0.5), assumed',
    '',
  ].join('\n');
}

function rowOf({ pairs, runs, first, last }: PairsCount): string[] {
  const calls = (of: (run: PairsRun) => number) => String(Math.round(median(runs.map(of))));
  return [
    String(pairs),
    ...[first.half, first.most, first.all, first.bound, last.half, last.all, last.bound].map((ms) =>
      (ms / 1000).toFixed(1),
    ),
    calls(({ writes }) => writes),
    calls(({ throttledWrites }) => throttledWrites),
    calls(({ reads }) => reads),
    calls(({ throttledReads }) => throttledReads),
  ];
}
