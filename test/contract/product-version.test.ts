import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compareVersions, PRODUCT_VERSION } from '#contracts/product-version.ts';

test('the version is that of package.json and of its lock file', () => {
  const versionIn = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  expect([versionIn('package.json'), versionIn('package-lock.json')]).toEqual([PRODUCT_VERSION, PRODUCT_VERSION]);
});

test('the example of the library names the package of this version', () => {
  const { dependencies } = JSON.parse(readFileSync('examples/cdk-app/package.json', 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(dependencies['cdk-vyos-failover']).toBe(`file:../../dist/cdk-vyos-failover-${PRODUCT_VERSION}.tgz`);
});

describe('versions are compared by their numbers', () => {
  test.each([
    ['0.9.0', '0.10.0', -1],
    ['1.0.0', '0.10.9', 1],
    ['0.2.1', '0.2.0', 1],
    ['0.2.0', '0.2.0', 0],
    [undefined, '0.2.0', -1],
    ['0.2.0', undefined, 1],
  ])('%s and %s', (a, b, sign) => {
    expect(Math.sign(compareVersions(a, b))).toBe(sign);
  });
});
