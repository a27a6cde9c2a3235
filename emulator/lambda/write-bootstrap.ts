import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

/**
 * Writes the bootstrap as plain JavaScript into `directory`; returns its path. Done once for each emulator: Node would
 * strip the types anew, 40 ms, in every cold start.
 */
export async function writeBootstrap(directory: string): Promise<string> {
  const source = await readFile(new URL('bootstrap.ts', import.meta.url), 'utf8');
  const path = join(directory, 'bootstrap.mjs');
  await writeFile(path, transformSync(source, { loader: 'ts', format: 'esm', target: 'es2024' }).code);
  return path;
}
