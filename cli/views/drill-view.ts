import type { Drill, DrillLeg } from '#contracts/drill.ts';
import type { History } from '#contracts/history.ts';
import { trafficSays } from '../drill/drill-text.ts';
import type { Colours } from '../output/colours.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { indent } from '../output/indent.ts';
import { renderTable } from '../output/table.ts';
import { utcTime } from '../output/time.ts';

/** A drill, as in `drill --json`. */
export interface DrillView {
  readonly site: string;
  /** Of its entry in the history; null: nothing was recorded. */
  readonly id: string | null;
  readonly dryRun: boolean;
  /** `planned`: it may begin (--dry-run). `declined`: the operator did not confirm. `refused`: it does not begin. */
  readonly outcome: Drill['outcome'] | 'planned' | 'declined' | 'refused';
  readonly says: string;
  /** The owner before the drill, and the other router; null: it did not begin. */
  readonly from: string | null;
  readonly to: string | null;
  readonly returned: boolean | null;
  readonly budgetMs: number;
  readonly legs: readonly DrillLeg[];
  /** The recommended next command; null: none. */
  readonly next: string | null;
}

export function showDrill(view: DrillView, { green, yellow, red, bold }: Colours): string {
  const { site, outcome, says, legs } = view;
  const mark = { passed: green('✓'), planned: green('✓'), failed: red('✗'), exceeded: red('✗') };
  const line = `${outcome in mark ? mark[outcome as keyof typeof mark] : yellow('!')} ${bold(site)}: ${says}`;
  return legs.length === 0 ? line : `${line}\n${indent(showLegs(legs))}`;
}

function showLegs(legs: readonly DrillLeg[]): string {
  return renderTable(
    ['MOVEMENT', 'DETECT', 'DECIDE', 'SWAP', 'CONVERGE', 'PACKETS'],
    legs.map((leg) => [`→ ${leg.to} (${CAUSES[leg.cause]})`, ...times(leg), trafficSays(leg)]),
  );
}

const CAUSES = { switchover: 'switchover', 'stopped-instance': 'instance stopped' } as const;

function times({ detectMs, decideMs, swapMs, convergeMs }: DrillLeg): string[] {
  return [detectMs, decideMs, swapMs, convergeMs].map((ms) => (ms === undefined ? '–' : `${ms} ms`));
}

export const drillExitCode = ({ outcome }: DrillView): ExitCode =>
  exitCodes[
    (
      {
        passed: 'done',
        planned: 'done',
        exceeded: 'failed',
        failed: 'failed',
        interrupted: 'interrupted',
        declined: 'notDone',
        refused: 'notDone',
      } as const
    )[outcome]
  ];

/** A past drill, as in `drill --history --json`. */
export interface PastDrill extends Drill {
  /** ISO 8601. */
  readonly at: string;
  readonly id: string;
  readonly says: string;
}

/** The drills of a history, newest first. */
export function pastDrills(entries: History): readonly PastDrill[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'operator' || entry.drill === undefined) return [];
    return [{ at: new Date(entry.at).toISOString(), id: entry.id, says: entry.says, ...entry.drill }];
  });
}

/** One row for each movement, so that its times stand below those of earlier drills. */
export function showPastDrills(drills: readonly PastDrill[], columns?: number): string {
  const rows = drills.flatMap(({ at, outcome, legs }) =>
    legs.map((leg) => [
      utcTime(Date.parse(at)),
      outcome,
      `→ ${leg.to}`,
      CAUSES[leg.cause],
      ...times(leg),
      leg.lost === undefined ? '–' : `${leg.lost} of ${leg.sent}`,
      leg.outageMs === undefined ? '–' : `${leg.outageMs} ms`,
    ]),
  );
  return renderTable(
    ['TIME', 'RESULT', 'MOVEMENT', 'CAUSE', 'DETECT', 'DECIDE', 'SWAP', 'CONVERGE', 'LOST', 'OUTAGE'],
    rows,
    columns,
  );
}
