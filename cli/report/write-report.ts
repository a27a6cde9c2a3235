import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from '../io.ts';
import { cannotWrite } from '../output/cannot-write.ts';

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
    throw cannotWrite(path, error);
  }
  stderr.write(`Wrote ${path}\n`);
}
