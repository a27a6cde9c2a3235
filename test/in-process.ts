import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

/** All ways in which node:child_process starts a program. */
const STARTS = ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'];

function refuse(program: unknown): never {
  throw new Error(
    `${String(program)} would be a process of its own, and the tests of this file are in-process (npm run test:fast).\n` +
      '    hint: name the file in PROGRAMS in vitest.config.ts',
  );
}

Object.assign(childProcess, Object.fromEntries(STARTS.map((name) => [name, refuse])));
syncBuiltinESMExports();
