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

/** A message as fields of JSON: one line, and the hint, if it ends with one, by itself. */
export function saysAndHint(message: string): { readonly says: string; readonly hint?: string } {
  const [text = '', hint] = message.split(/\n +hint: /);
  const says = text.replaceAll(/\s*\n\s*/g, ' ');
  return hint === undefined ? { says } : { says, hint: hint.replaceAll(/\s*\n\s*/g, ' ') };
}
