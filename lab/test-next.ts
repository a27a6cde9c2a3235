/**
 * `npm run test:lab:next`: the lab's stories with the daemons of the next Debian. They are in a directory that
 * VYOS_FAILOVER_LAB_NEXT names, by default one under the temporary folder; it is made where it is not there, and kept.
 * Arguments go to vitest. Where no such directory can be made nothing is tested, with the reason, and the exit code is 0.
 */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { runInRoot } from './root-enter.ts';
import { makeRoot, NEXT_SUITE } from './root-make.ts';

const directory = resolve(process.env['VYOS_FAILOVER_LAB_NEXT'] ?? join(tmpdir(), `vyos-failover-lab-${NEXT_SUITE}`));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url));

const reason = existsSync(directory) ? undefined : await make();
if (reason === undefined) {
  process.exitCode = await runInRoot(directory, [
    execPath,
    vitest,
    'run',
    '--config',
    config,
    ...process.argv.slice(2),
  ]);
} else {
  process.stdout.write(`The lab with the daemons of Debian ${NEXT_SUITE} was skipped: ${reason}\n`);
}

/** @returns why there is none */
async function make(): Promise<string | undefined> {
  try {
    process.stderr.write(`· Debian ${NEXT_SUITE} into ${directory}: some minutes, once\n`);
    process.stderr.write(await makeRoot(directory, NEXT_SUITE));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
