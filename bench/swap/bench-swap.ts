import { thisMachine } from '#bench/machine.ts';
import type { SwapOptions } from '#bench/options.ts';
import { plotSvg } from '#bench/plot.ts';
import { save, saveTable } from '#bench/save.ts';
import { swapChart } from './chart.ts';
import { measure } from './measure.ts';
import { defaultRepeat, estimateS } from './plan.ts';
import { reportOf } from './report.ts';
import { showSwap } from './show.ts';
import type { Conditions } from './testbed.ts';

/** One call in six takes longer than 1.6 times the median, one in a hundred longer than 3 times. */
const LATENCY = { latencyMs: 40, latencySigma: 0.5 } as const;

/** @returns what belongs on stdout */
export async function benchSwap(
  { routes, repeat, others, json, save: keep }: SwapOptions,
  showProgress: (line: string) => void,
): Promise<string> {
  const conditions: Conditions = { ...LATENCY, others };
  const rounds = routes.map((count) => ({ routes: count, repeat: repeat ?? defaultRepeat(count) }));
  showProgress(`this will take about ${duration(estimateS(rounds, conditions.latencyMs))}`);
  const measured = [];
  for (const round of rounds) measured.push(await measure(round, conditions, showProgress));
  const report = reportOf(thisMachine(), conditions, new Date(), measured);
  const table = showSwap(report);
  if (keep) {
    save('swap.json', `${JSON.stringify(report, undefined, 2)}\n`);
    save('swap.svg', plotSvg(swapChart(report)));
    saveTable('swap', table);
  }
  return json ? `${JSON.stringify(report)}\n` : table;
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
