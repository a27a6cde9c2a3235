import type { Colours } from '../output/colours.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { indent, indented } from '../output/indent.ts';
import { renderTable } from '../output/table.ts';
import type { FailedFlip, Flip } from '../route-latency/readings.ts';
import type { Distribution, LatencySummary } from '../route-latency/summary.ts';

/** A measurement, as in `route-latency --json`. */
export interface RouteLatencyView {
  readonly site: string;
  readonly region: string;
  readonly dryRun: boolean;
  /** `planned`: --dry-run. `removed`: --clean-up found no measurement, or removed it. `refused`: one is there already. */
  readonly outcome: 'measured' | 'failed' | 'planned' | 'removed' | 'declined' | 'refused' | 'interrupted';
  readonly says: string;
  /** Null: nothing was measured. */
  readonly summary: LatencySummary | null;
  readonly flips: readonly Flip[];
  readonly failed: readonly FailedFlip[];
  /** What could not be removed, as sentences. */
  readonly left: readonly string[];
  /** The recommended next command; null: none. */
  readonly next: string | null;
}

export function showRouteLatency(view: RouteLatencyView, { green, yellow, red, bold, columns }: Colours): string {
  const { site, outcome, says, summary, left } = view;
  const marks: Partial<Record<RouteLatencyView['outcome'], string>> = {
    measured: green('✓'),
    planned: green('✓'),
    removed: green('✓'),
    failed: red('✗'),
  };
  const line = `${marks[outcome] ?? yellow('!')} ${bold(site)}: ${says}`;
  return [
    line,
    ...(summary === null ? [] : [indent(showSummary(summary, indented(columns)))]),
    ...left.map((each) => indent(`left: ${each}`)),
  ].join('\n');
}

function showSummary({ api, delay, switched, lost }: LatencySummary, columns: number | undefined): string {
  const row = (name: string, { count, p50, p99, max }: Distribution, unit: string) => [
    name,
    String(count),
    ...[p50, p99, max].map((value) => (value === null ? '–' : `${value}${unit}`)),
  ];
  return renderTable(
    ['TIME', 'FLIPS', 'MEDIAN', 'P99', 'MAX'],
    [
      row('call → answer of ReplaceRoute', api, ' ms'),
      row('answer → all packets at the new target', delay, ' ms'),
      row('call → all packets at the new target', switched, ' ms'),
      row('packets lost', lost, ''),
    ],
    columns,
  );
}

export function routeLatencyExitCode({ outcome, left }: RouteLatencyView): ExitCode {
  const codes = {
    measured: exitCodes.done,
    planned: exitCodes.done,
    removed: exitCodes.done,
    failed: exitCodes.failed,
    declined: exitCodes.notDone,
    refused: exitCodes.notDone,
    interrupted: exitCodes.interrupted,
  } as const;
  return left.length > 0 && outcome !== 'interrupted' ? exitCodes.failed : codes[outcome];
}
