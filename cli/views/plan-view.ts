import type { CheaperSwaps } from '#failover/cheaper-swaps.ts';
import { cheaperSwapsNote } from '../notes/cheaper-swaps-note.ts';
import type { Colours } from '../output/colours.ts';
import { counted } from '../output/counted.ts';
import type { exitCodes } from '../output/exit-codes.ts';
import { indent, indented } from '../output/indent.ts';
import { type StepView, showSteps } from './replace-calls.ts';

/** What a switchover would do, as in `plan --json`. */
export interface PlanView {
  readonly site: string;
  readonly to: string;
  /** `kind`: swap, already, or refuse. */
  readonly decision: { readonly kind: string; readonly reason: string; readonly says: string };
  /** ReplaceRoute calls, in the order of their dispatch. */
  readonly calls: readonly StepView[];
  /** Least duration of the calls under EC2's throttle. */
  readonly atLeastMs: number;
  /** True: the site can fail over from its present owner. `problems` has the reasons if not. */
  readonly ready: boolean;
  readonly problems: readonly string[];
  /** Routes checked with DryRun in this round; a site with many routes checks them in turn. */
  readonly rehearsed: number;
  /** Route tables in which prefix lists would save calls. */
  readonly cheaper: CheaperSwaps | null;
}

export function planExitCode({ decision, ready }: PlanView): keyof typeof exitCodes {
  if (decision.kind !== 'swap' && decision.kind !== 'already') return 'notDone';
  return ready ? 'done' : 'attention';
}

export function showPlan(view: PlanView, { green, yellow, bold, columns }: Colours): string {
  const { site, to, decision, calls, atLeastMs, ready, problems, rehearsed, cheaper } = view;
  const refused = planExitCode(view) === 'notDone';
  const throttle =
    atLeastMs === 0
      ? 'within the burst that EC2 accepts at once'
      : `at least ${atLeastMs / 1000} s under EC2's throttle`;
  return [
    `${refused || !ready ? yellow('!') : green('✓')} ${bold(site)} → ${to}: ${decision.says}`,
    ...(refused ? [`  refused by rule ${decision.reason}`] : []),
    ...(calls.length === 0
      ? []
      : [
          '',
          indent(showSteps(calls, indented(columns))),
          '',
          `  ${counted(calls.length, 'ReplaceRoute call')}; ${throttle}`,
        ]),
    ready
      ? `  ready: EC2 permits ReplaceRoute for ${counted(rehearsed, 'route')} by DryRun. DryRun proves the permission of each call; it does not prove that ${to} forwards, or that EC2's throttle has room`
      : ['  not ready for an automatic failover:', ...problems.map((problem) => `    ${problem}`)].join('\n'),
    ...(cheaper === null ? [] : [`  note: ${cheaperSwapsNote(site, cheaper)}`]),
  ].join('\n');
}
