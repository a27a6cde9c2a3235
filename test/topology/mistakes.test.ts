import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';

/**
 * Each pair in `golden/mistakes/` is a topology file and what is said about it; the file's name is what is wrong with it.
 * `UPDATE_GOLDENS=1 npm test` writes the answers anew: read the difference.
 */
const folder = new URL('./golden/mistakes/', import.meta.url);
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []));

test('there are mistakes to find', () => {
  expect(names.length).toBeGreaterThan(50);
});

test.each(names)('%s', (name) => {
  const { mistakes } = loadTopology(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'), `${name}.yaml`);
  const said = `${renderMistakes(mistakes ?? [])}\n`;
  const golden = new URL(`${name}.txt`, folder);
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(golden, said);
  expect(mistakes).not.toEqual([]);
  expect(mistakes).toBeDefined();
  expect(said).toBe(readFileSync(golden, 'utf8'));
});
