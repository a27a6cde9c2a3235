import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rounded } from '#bench/statistics.ts';
import type { Run } from './report.ts';

const IMPORT =
  'const began=performance.now();await import(process.argv[1]);process.stdout.write(String(performance.now()-began));process.exit()';
const EMPTY_MODULE = 'data:text/javascript,';

/**
 * Imports a module in a Node process of its own, with nothing in the environment but what is given.
 *
 * @param entry path; undefined: an empty module
 * @throws Error with the output of the process if the import failed
 */
export async function importInProcess(
  entry: string | undefined,
  environment: Readonly<Record<string, string>>,
): Promise<Run> {
  const module = entry === undefined ? EMPTY_MODULE : pathToFileURL(entry).href;
  const began = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', IMPORT, module], {
    // Where CommonJS finds what Lambda has in /var/runtime.
    env: { ...environment, NODE_PATH: fileURLToPath(new URL('../../node_modules', import.meta.url)) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  const importMs = Number(said);
  if (said === '' || Number.isNaN(importMs)) throw new Error(`${module} could not be imported: ${complaint}`);
  return { importMs: rounded(importMs), processMs: rounded(performance.now() - began) };
}
