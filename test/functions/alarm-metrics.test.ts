import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const textOf = (files: string) => globSync(files).map((file) => readFileSync(file, 'utf8'));

/** Names that alarms look at, of metrics of our own. */
const watched = textOf('infra/{alarms,config-push}.ts').flatMap((text) =>
  [...text.matchAll(/(?:alarms\.metric\(\s*'[a-z-]+',|onCount\(\s*'[a-z-]+',)\s*'(\w+)'/g)].map(([, name]) => name),
);
/** Names that functions count. */
const counted = new Set(
  textOf('functions/**/*.ts').flatMap((text) => [...text.matchAll(/\bmetric\('(\w+)'/g)].map(([, name]) => name)),
);

it('every metric that an alarm looks at is counted by some function', () => {
  expect(watched.length).toBeGreaterThan(9);
  expect(watched.filter((name) => !counted.has(name))).toEqual([]);
});
