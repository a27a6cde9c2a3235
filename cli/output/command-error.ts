import type { ExitCode } from './exit-codes.ts';

/** An error whose message is printed as it is, without a stack. Any other error is reported as a bug. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** Splits a message for JSON: its text in one line, and its hint if it has one. */
export function saysAndHint(message: string): { readonly says: string; readonly hint?: string } {
  const [text = '', hint] = message.split(/\n +hint: /);
  const says = text.replaceAll(/\s*\n\s*/g, ' ');
  return hint === undefined ? { says } : { says, hint: hint.replaceAll(/\s*\n\s*/g, ' ') };
}
