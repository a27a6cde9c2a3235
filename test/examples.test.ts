import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadTopology } from '#topology/load.ts';
import { renderMistakes } from '#topology/mistakes.ts';

const folder = new URL('../examples/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8');

test('there are examples', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      'tokyo-virginia.yaml',
      'edge-tables.yaml',
      'ipv6-and-prefix-lists.yaml',
      'original-2014.yaml',
    ]),
  );
});

test.each(files)('%s is a topology without mistakes', (file) => {
  expect(renderMistakes(loadTopology(read(file), file).mistakes ?? [])).toBe('0 mistakes');
});

test.each(files)('%s tells an editor where its schema is', (file) => {
  expect(read(file)).toMatch(/^# yaml-language-server: \$schema=\.\.\/topology\/topology\.schema\.json\n/);
});

test('the tunnels written out in tokyo-virginia.yaml are those of the default, as it says', () => {
  const text = read('tokyo-virginia.yaml');
  const withoutTunnels = text.slice(0, text.indexOf('\ntunnels:'));
  expect(loadTopology(withoutTunnels, 'x').topology).toEqual(loadTopology(text, 'x').topology);
});
