import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const STRIP = `
  const { stripTypeScriptTypes } = require('node:module');
  process.stdout.write(stripTypeScriptTypes(require('node:fs').readFileSync(process.argv[1], 'utf8')));
`;

let stripped: Promise<string> | undefined;

/**
 * Writes the bootstrap as plain JavaScript into `directory`; returns its path. Stripped once for all emulators of this
 * process: Node would strip the types anew, 40 ms, in every cold start.
 */
export async function writeBootstrap(directory: string): Promise<string> {
  stripped ??= strip(fileURLToPath(new URL('bootstrap.ts', import.meta.url)));
  const path = join(directory, 'bootstrap.mjs');
  await writeFile(path, await stripped);
  return path;
}

/** In a process of its own, because the function is experimental and warns, and esbuild would leave its service running. */
async function strip(file: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '-e', STRIP, file]);
  return stdout;
}
