import { readFileSync } from 'node:fs';
import type { RouterPlan } from './plan.ts';
import { reportLogOf } from './router-files.ts';

export interface ReportLogLine {
  /** ms since the epoch. */
  readonly at: number;
  /** All but the time: level, id of the report, sentence. */
  readonly says: string;
}

/** What a router's reporter, watcher and reconciler have logged since a time (ms since the epoch). None without a log. */
export function reportLogLines(router: RouterPlan, since: number): ReportLogLine[] {
  let text = '';
  try {
    text = readFileSync(reportLogOf(router), 'utf8');
  } catch {
    // Another design has no report log.
  }
  return text
    .split('\n')
    .map((line) => ({ at: Date.parse(line.slice(0, 24)), says: line.slice(25) }))
    .filter(({ at }) => at >= since);
}
