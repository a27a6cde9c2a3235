import type { ExitCode } from './exit-codes.ts';

/** An end that is for the reader: its message is printed as it is, without a stack. Any other error is a bug of ours. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
