import type { Colours } from '../output/colours.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import { type StepView, showSteps } from './changes-view.ts';

export interface RolloutView {
  readonly topology: string;
  readonly dryRun: boolean;
  /** `none`: there was nothing to do. `unknown`: no step is known, and a running configuration could not be read. `waiting`: the next step is the operator's. `refused`: the next step must not be begun. */
  readonly outcome:
    | 'done'
    | 'none'
    | 'unknown'
    | 'planned'
    | 'declined'
    | 'waiting'
    | 'refused'
    | 'failed'
    | 'interrupted';
  readonly says: string;
  /** What this run did. */
  readonly done: readonly StepView[];
  /** What remains; null: it could not be read. */
  readonly steps: readonly StepView[] | null;
  /** The command that continues; null: nothing remains. */
  readonly next: string | null;
}

export function rolloutExitCode({ outcome }: RolloutView): ExitCode {
  return exitCodes[EXIT_CODES[outcome]];
}

const EXIT_CODES = {
  done: 'done',
  none: 'done',
  unknown: 'attention',
  planned: 'done',
  declined: 'notDone',
  waiting: 'notDone',
  refused: 'notDone',
  failed: 'failed',
  interrupted: 'interrupted',
} as const;

/** A dry run has shown the steps with its plan. */
export function showRollout(
  { topology, dryRun, outcome, says, done, steps, next }: RolloutView,
  colours: Colours,
): string {
  const { bold, green, yellow, red } = colours;
  const mark = outcome === 'failed' ? red('✗') : EXIT_CODES[outcome] === 'done' ? green('✓') : yellow('!');
  return [
    `${mark} ${bold(topology)}: ${says}`,
    ...done.map((step) => `  ${green('✓')} ${step.says}`),
    ...(steps === null ? ['What remains could not be read.'] : []),
    ...(dryRun || steps === null || steps.length === 0 ? [] : ['', 'Steps that remain:', ...showSteps(steps)]),
    ...(next === null
      ? []
      : [
          '',
          `${outcome === 'waiting' ? 'Then' : outcome === 'refused' || outcome === 'unknown' ? 'When that is corrected' : 'Next'}: ${next}`,
        ]),
    '',
  ].join('\n');
}
