import { save, saveTable } from '#bench/save.ts';
import { outageChart } from './chart.ts';
import { pictureOf } from './picture.ts';
import type { OutageReport } from './report.ts';
import { showOutage } from './show.ts';

/** Raw results, plot, picture of one failover and table, in docs/. */
export function keepOutage(report: OutageReport): void {
  save('outage.json', `${JSON.stringify(report)}\n`);
  save('outage.svg', outageChart(report));
  const example = report.examples.find(({ way, failure }) => way === 'ours' && failure === 'router');
  if (example !== undefined) save('failover.svg', pictureOf(example));
  saveTable('outage', showOutage(report));
}
