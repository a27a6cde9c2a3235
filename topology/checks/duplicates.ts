import type { Placed } from '../draft.ts';

export interface Duplicate<T> {
  readonly first: Placed<T>;
  readonly again: Placed<T>;
}

/** Pairs a value with the first of the same key before it. Values without a key (undefined) are skipped. */
export function duplicates<T>(values: readonly (Placed<T> | undefined)[], key: (value: T) => unknown): Duplicate<T>[] {
  const known = new Map<unknown, Placed<T>>();
  return values.flatMap((again) => {
    if (again === undefined) return [];
    const first = known.get(key(again.value));
    if (first !== undefined) return [{ first, again }];
    known.set(key(again.value), again);
    return [];
  });
}
