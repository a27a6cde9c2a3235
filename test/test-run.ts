import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { BUILDS } from '#infra/built-function.ts';

/** Names the folder of synthesized stacks: `synthesized` in test/stacks. */
export const ASSEMBLIES = 'VYOS_FAILOVER_TEST_ASSEMBLIES';

/**
 * What all processes of one run share, so that each thing is made once: the functions' builds, the stacks of each
 * topology, and what V8 compiled. New for every run, and for every rerun of a watching one: nothing in it is ever stale.
 */
export default function setup(project: TestProject): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-test-run-'));
  process.env[BUILDS] = join(directory, 'builds');
  process.env[ASSEMBLIES] = join(directory, 'assemblies');
  // V8 takes what it finds there only for the very same source, whatever the file is called.
  process.env['NODE_COMPILE_CACHE'] = join(directory, 'compiled');
  const empty = () => {
    for (const each of readdirSync(directory)) rmSync(join(directory, each), { recursive: true, force: true });
  };
  project.onTestsRerun(async () => empty());
  return () => rmSync(directory, { recursive: true, force: true });
}
