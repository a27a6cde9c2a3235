import { VyosConfigError } from '#vyos/errors.ts';
import { CommandError } from './output/command-error.ts';
import { exitCodes } from './output/exit-codes.ts';

/** What cannot be rendered is the command line's fault, or the topology's. @throws CommandError (exit code 2) */
export function orUsageError<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof VyosConfigError) throw new CommandError(exitCodes.usage, error.message, { cause: error });
    throw error;
  }
}
