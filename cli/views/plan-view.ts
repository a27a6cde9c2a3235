import type { CheaperSwaps } from '#failover/cheaper-swaps.ts';
import { cheaperSwapsNote } from '../notes/cheaper-swaps-note.ts';
import type { Colours } from '../output/colours.ts';
import type { exitCodes } from '../output/exit-codes.ts';
import { counted, type StepView, showSteps } from './replace-calls.ts';
import { indent } from './show-site.ts';

/** What a switchover would do: the command line's own type, `plan --json`. */
export interface PlanView {
  readonly site: string;
  readonly to: string;
  /** `kind`: swap, already, or refuse. */
  readonly decision: { readonly kind: string; readonly reason: string; readonly says: string };
  /** ReplaceRoute calls, in the order in which they go out. */
  readonly calls: readonly StepView[];
  /** What EC2's throttle makes of them at least. */
  readonly atLeastMs: number;
  /** Could the site fail over from its present owner? `problems` says why not. */
  readonly ready: boolean;
  readonly problems: readonly string[];
  /** Routes that EC2 was asked about in this look (DryRun); they take turns. */
  readonly rehearsed: number;
  /** Where prefix lists would save calls. */
  readonly cheaper: CheaperSwaps | null;
}

export function planExitCode({ decision, ready }: PlanView): keyof typeof exitCodes {
  if (decision.kind !== 'swap' && decision.kind !== 'already') return 'notDone';
  return ready ? 'done' : 'attention';
}

export function showPlan(view: PlanView, { green, yellow, bold }: Colours): string {
  const { site, to, decision, calls, atLeastMs, ready, problems, rehearsed, cheaper } = view;
  const refused = planExitCode(view) === 'notDone';
  const throttle =
    atLeastMs === 0 ? 'EC2 takes them at once' : `EC2's throttle lets them through in ${atLeastMs / 1000} s`;
  return [
    `${refused ? yellow('!') : green('✓')} ${bold(site)} → ${to}: ${decision.says}`,
    ...(refused ? [`  refused by the rule ${decision.reason}`] : []),
    ...(calls.length === 0
      ? []
      : ['', indent(showSteps(calls)), '', `  ${counted(calls.length, 'ReplaceRoute call')}; ${throttle}`]),
    ready
      ? `  ready: EC2 permits replacing ${counted(rehearsed, 'route')} (DryRun, which asks about permissions alone)`
      : ['  not ready:', ...problems.map((problem) => `    ${problem}`)].join('\n'),
    ...(cheaper === null ? [] : [`  note: ${cheaperSwapsNote(site, cheaper)}`]),
  ].join('\n');
}
