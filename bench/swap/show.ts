import { renderTable } from '#bench/table.ts';
import { BASELINE, type CountReport, type SwapReport, type WayName, type WayReport } from './report.ts';

/** How tables and plots call the ways. */
export const WAY_LABELS: Readonly<Record<WayName, string>> = {
  ours: 'vyos-failover',
  sequential: 'one after the other',
  unpaced: 'all at once',
  'delete-create': 'delete + create (2014)',
};

const HEAD = [
  'routes',
  'way',
  'first ms',
  'last ms',
  '÷ baseline',
  '÷ bound',
  'writes',
  'throttled',
  'not moved',
  'route-s without',
];

export function showSwap({ counts, conditions, machine }: SwapReport): string {
  const { latencyMs, latencySigma, others, bucket } = conditions;
  return [
    'Moving routes: time from the report (ours) or the first call (the others) to the first and the last route at its new',
    'target, medians.',
    '',
    renderTable(HEAD, counts.flatMap(rows), 2),
    '',
    `baseline: ${WAY_LABELS[BASELINE]}, in the same run · bound: EC2's throttle (${bucket.capacity} at once, then ${bucket.perSecond}/s) and one call`,
    `assumed: an AWS call takes ${latencyMs} ms (median; lognormal, sigma ${latencySigma})${others > 0 ? `; others get ${Math.round(others * 100)} % of the EC2 writes refused` : ''}`,
    `measured on an emulated AWS, never on the real one: ${machine.cores} × ${machine.cpu}, Node ${machine.node}`,
    '',
  ].join('\n');
}

function rows({ routes, ways }: CountReport): string[][] {
  return ways.map(({ way, median, timesBaseline, timesBound }: WayReport, index) => [
    index === 0 ? String(routes) : '',
    WAY_LABELS[way],
    ms(median.firstMovedMs),
    ms(median.lastMovedMs),
    times(timesBaseline),
    times(timesBound),
    String(median.writes),
    String(median.throttled),
    median.lost > 0 ? `${median.notMoved} (${median.lost} lost)` : String(median.notMoved),
    median.routeSecondsWithout.toFixed(1),
  ]);
}

function ms(value: number | null): string {
  return value === null ? 'never' : Math.round(value).toLocaleString('en-US').replaceAll(',', ' ');
}

function times(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}
