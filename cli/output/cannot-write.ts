import { dirname } from 'node:path';
import { CommandError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';
import { shellWord } from './shell-word.ts';

/** A file or a folder that cannot be written: why, and what to do. @param path as the operator named it */
export function cannotWrite(path: string, error: unknown): CommandError {
  const { code, message } = error as NodeJS.ErrnoException;
  const hint =
    code === 'ENOENT'
      ? `create its folder (mkdir -p ${shellWord(dirname(path))}), or name another path`
      : 'name another path';
  return new CommandError(exitCodes.failed, `${path} cannot be written: ${message}\n    hint: ${hint}`, {
    cause: error,
  });
}
