import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { synthesize } from '#demo/synth.ts';
import { ASSEMBLIES } from '../test-run.ts';

const LOOK_EVERY_MS = 50;

/**
 * The cloud assembly of a topology, synthesized once in a run of the tests, whichever files of them ask for it. Not to be
 * changed: all share it.
 */
export async function synthesized(topology: string): Promise<string> {
  const all = process.env[ASSEMBLIES];
  if (all === undefined) throw new Error(`${ASSEMBLIES} is not set: test/test-run.ts is the globalSetup that sets it`);
  const assembly = join(all, createHash('sha256').update(readFileSync(topology)).digest('hex').slice(0, 16));
  const claim = `${assembly}.claim`;
  mkdirSync(all, { recursive: true });
  while (!existsSync(assembly)) {
    // Who makes the folder synthesizes; a synthesis that fails leaves it to the next, which then fails with its own words.
    if (isMade(claim)) {
      try {
        renameSync(await synthesize(topology), assembly);
      } finally {
        rmSync(claim, { recursive: true });
      }
    } else await sleep(LOOK_EVERY_MS);
  }
  return assembly;
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** An assembly whose templates may be changed. The functions' code stays where it is. */
export function copyOf(assembly: string): { directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-assembly-'));
  for (const entry of readdirSync(assembly, { withFileTypes: true })) {
    const [from, to] = [join(assembly, entry.name), join(directory, entry.name)];
    if (entry.isFile()) copyFileSync(from, to);
    else symlinkSync(realpathSync(from), to);
  }
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
