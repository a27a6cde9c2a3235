import { flameOf } from '#bench/outage/flame.ts';
import { save, saveTable } from '#bench/save.ts';
import { latencyChart } from './chart.ts';
import { flamesIn } from './flames.ts';
import type { LatencyReport } from './report.ts';
import { showLatency } from './show.ts';

/** Raw results, plot, flames and table, in docs/. */
export function keepLatency(report: LatencyReport): void {
  save('latency.json', `${JSON.stringify(report)}\n`);
  save('latency.svg', latencyChart(report));
  for (const { file, flame } of flamesIn(report)) save(file, flameOf(flame));
  saveTable('latency', showLatency(report));
}
