import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from '../io.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';

/** Writes a file, or stdout if no file is named. @throws CommandError (exit code 1) if the file cannot be written */
export function writeReport(content: string, file: string | undefined, { stdout, stderr, cwd }: Io): void {
  if (file === undefined || file === '-') {
    stdout.write(content);
    return;
  }
  const path = resolve(cwd, file);
  try {
    writeFileSync(path, content);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CommandError(exitCodes.failed, `${path} cannot be written: ${error.message}`, { cause: error });
  }
  stderr.write(`Wrote ${path}\n`);
}
