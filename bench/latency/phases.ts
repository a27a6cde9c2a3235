import { readFileSync, writeFileSync } from 'node:fs';
import { type LabPlan, routersOf } from '#lab/plan.ts';
import { reportConfOf } from '#lab/router-files.ts';

/**
 * Sets how many phases the reports of all routers have. To be called before the pair's session comes up: a worker that waits for a
 * failure since then starts again when it finds other settings.
 */
export function setPhases(plan: LabPlan, phases: 1 | 2): void {
  for (const router of routersOf(plan)) {
    const file = reportConfOf(router);
    const others = readFileSync(file, 'utf8').replaceAll(/^REPORT_PHASES=.*\n/gm, '');
    writeFileSync(file, phases === 2 ? others : `${others}REPORT_PHASES='1'\n`);
  }
}
