import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { FoundBug } from './find-bugs.ts';
import { BUGS } from './mutations.ts';

// The simulator checks the product; here deliberate bugs check the simulator.
const { stdout } = spawnSync(process.execPath, ['test/simulator/find-bugs.ts'], { encoding: 'utf8' });
const found = new Map(
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as FoundBug & { readonly name: string })
    .map((each) => [each.name, each]),
);

test.each(Object.entries(BUGS))('finds the bug that %s', (name, { breaks }) => {
  expect(found.get(name)).not.toHaveProperty('outdated');
  expect(breaks).toContain(found.get(name)?.invariant);
  expect(found.get(name)).not.toHaveProperty('clean');
});
