import { setTimeout as sleep } from 'node:timers/promises';
import { SSMClient } from '@aws-sdk/client-ssm';
import { BOUNDED_DESK } from './bounds.ts';
import { type CommandEnd, type CommandRequest, runCommand } from './run-command.ts';

/**
 * Runs one of our documents on an instance, for the command line. The signal ends the wait; the command continues on the instance.
 *
 * @throws AbortError if the signal aborts
 */
export function runDocument(
  region: string,
  request: CommandRequest,
  signal: AbortSignal | undefined,
): Promise<CommandEnd> {
  return runCommand(new SSMClient({ ...BOUNDED_DESK, region }), request, {
    now: Date.now,
    sleep: (ms) => sleep(ms, undefined, signal && { signal }),
  });
}
