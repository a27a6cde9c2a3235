import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as Lock;

/** npm looks for a dependency next to the package, then in every node_modules above it. */
function isLocked(name: string, from: string): boolean {
  if (`${from === '' ? '' : `${from}/`}node_modules/${name}` in lock.packages) return true;
  return from !== '' && isLocked(name, from.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ''));
}

test('the lock names the optional packages of every platform, or npm ci refuses it on all of them', () => {
  const wanted = Object.entries(lock.packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ name, from })),
  );
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.filter(({ name, from }) => !isLocked(name, from))).toEqual([]);
});
