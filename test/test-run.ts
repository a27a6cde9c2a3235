import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { ASSEMBLIES } from '#demo/synth.ts';
import { BUILDS } from '#infra/built-function.ts';

/** Names the socket at which test/synthesizer.ts listens: `synthesized` in test/stacks. */
export const SYNTHESIZER = 'VYOS_FAILOVER_TEST_SYNTHESIZER';

/** Bytes that a run must find free there. */
const ENOUGH = 4 * 2 ** 30;

/**
 * What all processes of one run share, so that each thing is made once: the functions' builds, the stacks of each
 * topology, and what V8 compiled. New for every run, and for every rerun of a watching one: nothing in it is ever stale.
 * It is also where tests make their temporary files.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = runFolder();
  process.env['TMPDIR'] = directory;
  process.env[BUILDS] = join(directory, 'builds');
  process.env[ASSEMBLIES] = join(directory, 'assemblies');
  process.env[SYNTHESIZER] = join(directory, 'synthesizer.sock');
  // V8 takes what it finds there only for the very same source, whatever the file is called.
  process.env['NODE_COMPILE_CACHE'] = join(directory, 'compiled');
  // `npm run synth` validates the templates. Here the engine would only take its seconds to start.
  process.env['CDK_VALIDATION'] = 'false';
  let end = await startSynthesizer(process.env[SYNTHESIZER], process.env[ASSEMBLIES]);
  project.onTestsRerun(async () => {
    await end();
    for (const each of readdirSync(directory)) rmSync(join(directory, each), { recursive: true, force: true });
    end = await startSynthesizer(join(directory, 'synthesizer.sock'), join(directory, 'assemblies'));
  });
  // A program that a test has ended may still be writing.
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  // After Ctrl-C what is returned is not called, and memory would stay taken.
  process.once('exit', remove);
  return async () => {
    await end();
    remove();
  };
}

function runFolder(): string {
  const prefix = 'vyos-failover-test-run-';
  return folderInMemory(prefix) ?? mkdtempSync(join(tmpdir(), prefix));
}

/**
 * Installations write thousands of small files, which take half as much system time on a tmpfs as on a disk. Undefined: there is none, it
 * is not large enough or not writable, or no program can be run from there (containers often mount it `noexec`).
 */
function folderInMemory(prefix: string): string | undefined {
  const memory = '/dev/shm';
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize < ENOUGH) return undefined;
    const folder = mkdtempSync(join(memory, prefix));
    if (canRunPrograms(folder)) return folder;
    rmSync(folder, { recursive: true });
  } catch {}
  return undefined;
}

function canRunPrograms(folder: string): boolean {
  const program = join(folder, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  const { status } = spawnSync(program);
  rmSync(program);
  return status === 0;
}

/** @returns ends it */
async function startSynthesizer(address: string, assemblies: string): Promise<() => Promise<void>> {
  const program = fileURLToPath(new URL('synthesizer.ts', import.meta.url));
  // Several threads that collect garbage save no time where all processors are busy. CDK takes a stack trace for each resource, a tenth of
  // the time, and nothing reads it.
  const child = fork(program, [address, assemblies], { execArgv: ['--single-threaded-gc', '--stack-trace-limit=1'] });
  const ended = once(child, 'exit');
  await once(child, 'message');
  return async () => {
    child.kill();
    await ended;
  };
}
