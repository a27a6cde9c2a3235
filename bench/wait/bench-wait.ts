import type { CommonOptions } from '#bench/options.ts';
import { saveTable } from '#bench/save.ts';
import { computeWaits } from './compute.ts';
import { showWaits } from './show.ts';

/** @returns what belongs on stdout */
export function benchWait({ json, save }: CommonOptions): string {
  const report = computeWaits();
  const table = showWaits(report);
  if (save) saveTable('wait', table);
  return json ? `${JSON.stringify(report)}\n` : table;
}
