import { thisMachine } from '#bench/machine.ts';
import type { PairsOptions } from '#bench/options.ts';
import { save, saveTable } from '#bench/save.ts';
import { failPairs, type PairsRun } from './fail-pairs.ts';
import { countOf, type PairsCount, type PairsReport } from './report.ts';
import { showPairs } from './show.ts';

const DEFAULT_REPEAT = 3;

/** @returns what belongs on stdout */
export async function benchPairs(
  { pairs, routes, repeat = DEFAULT_REPEAT, json, save: keep }: PairsOptions,
  showProgress: (line: string) => void,
): Promise<string> {
  const counts: PairsCount[] = [];
  for (const count of pairs) {
    showProgress(`${count} pairs with ${routes} routes each`);
    const runs: PairsRun[] = [];
    for (let round = 1; round <= repeat; round++) runs.push(await failPairs(count, routes, `round ${round}`));
    counts.push(countOf(count, routes, runs));
  }
  const report: PairsReport = {
    schema: 'vyos-failover.bench-pairs/1',
    at: new Date().toISOString(),
    machine: thisMachine(),
    routes,
    counts,
  };
  const table = showPairs(report);
  if (keep) {
    save('pairs.json', `${JSON.stringify(report)}\n`);
    saveTable('pairs', table);
  }
  return json ? `${JSON.stringify(report)}\n` : table;
}
