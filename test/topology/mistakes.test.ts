import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';

/**
 * Each pair in `golden/mistakes/` is a topology file and its mistakes as rendered; the file's name states the mistake.
 * `UPDATE_GOLDENS=1 npx vitest run test/topology/mistakes.test.ts` regenerates them: read the difference.
 */
const folder = new URL('./golden/mistakes/', import.meta.url);
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []));

test('there are more than 50 mistakes', () => {
  expect(names.length).toBeGreaterThan(50);
});

test.each(names)('%s', (name) => {
  const { mistakes } = loadTopology(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'), `${name}.yaml`);
  const rendered = `${renderMistakes(mistakes ?? [])}\n`;
  const golden = new URL(`${name}.txt`, folder);
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(golden, rendered);
  expect(mistakes).not.toEqual([]);
  expect(mistakes).toBeDefined();
  expect(rendered).toBe(readFileSync(golden, 'utf8'));
});
