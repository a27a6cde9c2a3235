import type { ActionResult } from '#ui/contract.ts';
import { saysAndHint } from '../output/command-error.ts';
import { type ExitCode, exitCodes } from '../output/exit-codes.ts';
import type { StepView } from '../views/replace-calls.ts';

/** What a command printed with `--json`: a MoveView, a SettingView, or an error. */
interface Printed {
  readonly outcome?: string;
  readonly says?: string;
  readonly steps?: readonly StepView[];
  readonly next?: string | null;
}

/** The result of a command, for the page. @param command as it is typed */
export function actionResult(exitCode: ExitCode, stdout: string, command: string): ActionResult {
  const { outcome, says = 'The command printed no result.', steps = [], next } = printedIn(stdout);
  const text = saysAndHint(says);
  return {
    outcome: outcomeOf(exitCode, outcome),
    says: text.says,
    hint: text.hint ?? (next === null || next === undefined ? null : `Next: ${next}`),
    command,
    steps: steps.map(({ table, destination, from, to }) => `${table} ${destination}: ${from} → ${to}`),
  };
}

function printedIn(stdout: string): Printed {
  try {
    return JSON.parse(stdout) as Printed;
  } catch {
    return {};
  }
}

function outcomeOf(exitCode: ExitCode, outcome: string | undefined): ActionResult['outcome'] {
  if (exitCode === exitCodes.notDone) return 'refused';
  if (exitCode !== exitCodes.done) return 'failed';
  return outcome === 'planned' || outcome === 'already' ? outcome : 'done';
}
