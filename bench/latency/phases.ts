import { readFileSync, writeFileSync } from 'node:fs';
import { type LabPlan, routersOf } from '#lab/plan.ts';
import { reportConfOf } from '#lab/router-files.ts';

/** Sets how many phases the reports of all routers have. The report's worker reads its configuration when it starts. */
export function setPhases(plan: LabPlan, phases: 1 | 2): void {
  for (const router of routersOf(plan)) {
    const file = reportConfOf(router);
    const others = readFileSync(file, 'utf8').replaceAll(/^REPORT_PHASES=.*\n/gm, '');
    writeFileSync(file, `${others}REPORT_PHASES='${phases}'\n`);
  }
}
