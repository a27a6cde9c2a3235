/**
 * The version of vyos-failover that this code is part of, as in package.json: the command line has it, and so have the functions, the
 * templates and the routers' bundles that it builds. Each may have been deployed by another version.
 */
export const PRODUCT_VERSION = '0.4.0';

/**
 * Compares two versions, `MAJOR.MINOR.PATCH`. Functions of 0.1.0 and before state no version, so an absent one is older than every other.
 *
 * @returns less than 0: `a` is older than `b`; 0: they are equal
 */
export function compareVersions(a: string | undefined, b: string | undefined): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const differences = [0, 1, 2].map((index) => (left[index] ?? -1) - (right[index] ?? -1));
  return differences.find((difference) => difference !== 0) ?? 0;
}

function numbersOf(version = ''): readonly number[] {
  return (/^\d+\.\d+\.\d+/.exec(version)?.[0] ?? '').split('.').filter(Boolean).map(Number);
}
