import { VyosConfigError } from '#vyos/errors.ts';
import { CommandError } from './output/command-error.ts';
import { exitCodes } from './output/exit-codes.ts';

/** Reports a configuration that cannot be rendered as a fault of the command line or the topology. @throws CommandError (exit code 2) */
export function orUsageError<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof VyosConfigError) throw new CommandError(exitCodes.usage, error.message, { cause: error });
    throw error;
  }
}
