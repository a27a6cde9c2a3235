import { renderTable } from '#bench/table.ts';
import type { MemoryReport, SizeReport } from '../report.ts';

const ROUTE_SWAP = ['init', 'suspected, cold', 'confirmed, cold', 'suspected', 'confirmed', 'peak MB', '$ a month'];
const HEALTH_PROBE = ['round, cold', 'round', 'peak MB', '$ a month'];

/** A table of each function. */
export function showMemory(report: MemoryReport): string {
  if ('skipped' in report) return `Sizes of memory were not measured. ${report.skipped}`;
  const { sizes, periodMs } = report;
  return [
    `route-swap by size of memory: its own time, ms, medians of ${sizes[0]?.runs.length ?? 0}.`,
    '',
    renderTable(['MB', 'CPU', ...ROUTE_SWAP], sizes.map(routeSwapRow), 0),
    '',
    'health-probe, likewise.',
    '',
    renderTable(['MB', 'CPU', ...HEALTH_PROBE], sizes.map(healthProbeRow), 0),
    '',
    `CPU: share of one, as a quota in each ${periodMs} ms · AWS answers at once · confirmed: until the last route has moved`,
    '$: time of a healthy site, us-east-1, with the time of AWS that `vyos-failover cost` assumes',
  ].join('\n');
}

function routeSwapRow({ mb, cpu, median, usdAMonth }: SizeReport): string[] {
  const { initMs, coldSuspectedMs, coldConfirmedMs, suspectedMs, confirmedMs, routeSwapMb } = median;
  const times = [initMs, coldSuspectedMs, coldConfirmedMs, suspectedMs, confirmedMs, routeSwapMb];
  return [String(mb), cpu.toFixed(2), ...times.map(whole), usdAMonth.routeSwap.toFixed(2)];
}

function healthProbeRow({ mb, cpu, median, usdAMonth }: SizeReport): string[] {
  const times = [median.coldProbeMs, median.probeMs, median.healthProbeMb];
  return [String(mb), cpu.toFixed(2), ...times.map(whole), usdAMonth.healthProbe.toFixed(2)];
}

function whole(value: number): string {
  return value.toFixed(0);
}
