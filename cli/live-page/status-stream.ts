import type { Problem } from '#ui/contract.ts';
import type { Cli } from '../cli.ts';
import { saysAndHint } from '../output/command-error.ts';
import type { SiteView } from '../views/site-view.ts';

/** What the page needs of `status --json`. */
export interface StatusOutput {
  readonly sites: readonly SiteView[];
  readonly unseen: readonly { readonly name: string; readonly says: string; readonly hint?: string }[];
}

export type RunCommand = Cli['command'];

/**
 * Runs `status --watch` until the signal aborts.
 *
 * @returns why it ended before; undefined: the signal ended it
 */
export async function watchStatus(
  run: RunCommand,
  {
    everyS,
    take,
    signal,
  }: { readonly everyS: number; readonly take: (status: StatusOutput) => void; readonly signal: AbortSignal },
): Promise<Problem | undefined> {
  let errors = '';
  const stdout = {
    write(text: string) {
      const status = parsedStatus(text);
      if (status === undefined) return;
      // Each reading names the sites that do not answer: over days, more than is to be kept.
      errors = '';
      take(status);
    },
  };
  const stderr = { write: (text: string) => void (errors += text) };
  await run(['status', '--watch', String(everyS), '--json'], { stdout, stderr, signal });
  if (signal.aborted) return undefined;
  const { says, hint = null } = saysAndHint(errors.trim());
  return { says, hint };
}

/** Runs a command that prints one JSON object. @returns it as text, and the exit code */
export async function runJson(run: RunCommand, command: readonly string[], signal?: AbortSignal) {
  let printed = '';
  const stdout = { write: (text: string) => void (printed += text) };
  const streams = { stdout, stderr: { write: () => true }, ...(signal !== undefined && { signal }) };
  return { exitCode: await run([...command, '--json'], streams), printed };
}

/** Undefined: the text is another object, such as an error. */
export function parsedStatus(text: string): StatusOutput | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return isStatus(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

/** The schema of the object states its type. */
function isStatus(read: unknown): read is StatusOutput {
  return typeof read === 'object' && read !== null && 'schema' in read && read.schema === 'vyos-failover.status/1';
}
