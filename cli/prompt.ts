import type { Io } from './io.ts';
import { CommandError } from './output/command-error.ts';
import { exitCodes } from './output/exit-codes.ts';

/** Options of every command that asks before it acts. */
export interface ConsentOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/**
 * Checks before any work that the command can get its confirmation.
 *
 * @throws CommandError (exit code 2) without a terminal, --yes and --dry-run
 */
export function requirePromptOrYes({ yes, dryRun }: ConsentOptions, io: Io): void {
  if (yes === true || dryRun === true) return;
  const hint = 'use --yes to act without confirmation, or --dry-run to see what would be done';
  requireTerminal('confirmation', hint, io);
}

/**
 * @param asked what the command asks for
 * @param hint what to do without a terminal
 * @throws CommandError (exit code 2) without a terminal
 */
export function requireTerminal(asked: string, hint: string, { stdin, stderr }: Io): void {
  if (stdin.isTTY === true && stderr.isTTY === true) return;
  throw new CommandError(
    exitCodes.usage,
    `this command asks for ${asked}, and there is no terminal to ask on\n    hint: ${hint}`,
  );
}

/** Reads answers from stdin, a line at a time, for one or more prompts. */
export class PromptLines {
  readonly #stdin: Io['stdin'];
  #chunks: AsyncIterator<Uint8Array | string, undefined> | undefined;
  #typed = '';

  constructor({ stdin }: Io) {
    this.#stdin = stdin;
  }

  /** @returns undefined at the end of the input */
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

  /** Closes the input. */
  async end(): Promise<void> {
    await this.#chunks?.return?.();
  }
}

/**
 * Asks on stderr and reads one line of stdin. Anything but yes, or the end of the input, means no.
 *
 * @param answers shared by several prompts; the caller closes it
 */
export async function confirm(
  question: string,
  { yes }: ConsentOptions,
  io: Io,
  answers?: PromptLines,
): Promise<boolean> {
  if (yes === true) return true;
  io.signal?.throwIfAborted();
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
