import type { Io } from '../io.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';

/** Options of every command that changes something. */
export interface Consent {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/**
 * Before anything is asked of anybody: will there be somebody to say yes?
 *
 * @throws CommandError (exit code 2) without a terminal and without --yes
 */
export function requireSomebodyToAsk({ yes, dryRun }: Consent, { stdin, stderr }: Io): void {
  if (yes === true || dryRun === true || (stdin.isTTY === true && stderr.isTTY === true)) return;
  throw new CommandError(
    exitCodes.usage,
    'This asks before it acts, and there is no terminal to ask.\n    hint: --yes acts without asking, --dry-run shows what would be done',
  );
}

/** Asks on stderr, reads a line of stdin. Anything but yes is no; so is the end of the input. */
export async function confirm(question: string, { yes }: Consent, { stdin, stderr }: Io): Promise<boolean> {
  if (yes === true) return true;
  stderr.write(`${question} [y/N] `);
  let answer = '';
  for await (const chunk of stdin) {
    answer += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
    if (answer.includes('\n')) break;
  }
  if (!answer.includes('\n')) stderr.write('\n');
  return /^\s*y(es)?\s*$/i.test(answer.split('\n', 1)[0] ?? '');
}
