import type { Io } from './io.ts';
import { CommandError } from './output/command-error.ts';
import { exitCodes } from './output/exit-codes.ts';

/** Options of every command that changes something. */
export interface ConsentOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/**
 * Before anything is asked of anybody: will there be somebody to say yes?
 *
 * @throws CommandError (exit code 2) without a terminal and without --yes
 */
export function requirePromptOrYes({ yes, dryRun }: ConsentOptions, { stdin, stderr }: Io): void {
  if (yes === true || dryRun === true || (stdin.isTTY === true && stderr.isTTY === true)) return;
  throw new CommandError(
    exitCodes.usage,
    'This asks before it acts, and there is no terminal to ask.\n    hint: --yes acts without asking, --dry-run shows what would be done',
  );
}

/** Lines that somebody types, one at a time: they may be asked more than once. */
export class PromptLines {
  readonly #stdin: Io['stdin'];
  #chunks: AsyncIterator<Uint8Array | string, undefined> | undefined;
  #typed = '';

  constructor({ stdin }: Io) {
    this.#stdin = stdin;
  }

  /** @returns undefined: the input has ended before */
  async line(): Promise<string | undefined> {
    this.#chunks ??= this.#stdin[Symbol.asyncIterator]();
    while (!this.#typed.includes('\n')) {
      const { value, done } = await this.#chunks.next();
      if (done === true) return this.#rest();
      this.#typed += typeof value === 'string' ? value : new TextDecoder().decode(value);
    }
    const [line = '', ...rest] = this.#typed.split('\n');
    this.#typed = rest.join('\n');
    return line;
  }

  #rest(): string | undefined {
    const typed = this.#typed;
    this.#typed = '';
    return typed === '' ? undefined : typed;
  }

  /** Nobody is asked any more. */
  async end(): Promise<void> {
    await this.#chunks?.return?.();
  }
}

/**
 * Asks on stderr, reads a line of stdin. Anything but yes is no; so is the end of the input.
 *
 * @param answers where more than one question may be asked; whoever made them ends them
 */
export async function confirm(
  question: string,
  { yes }: ConsentOptions,
  io: Io,
  answers?: PromptLines,
): Promise<boolean> {
  if (yes === true) return true;
  io.stderr.write(`${question} [y/N] `);
  const lines = answers ?? new PromptLines(io);
  try {
    const line = await lines.line();
    if (line === undefined) io.stderr.write('\n');
    return /^\s*y(es)?\s*$/i.test(line ?? '');
  } finally {
    if (answers === undefined) await lines.end();
  }
}
