import type { Document } from 'yaml';
import { isPair, isScalar, visit } from 'yaml';
import { isMergeKey } from './aliases.ts';
import { show } from './mistakes.ts';

interface DuplicateKey {
  readonly offset: number;
  readonly path: readonly string[];
  readonly fault: string;
  readonly hint: string;
}

/** Keys written twice in one mapping. A YAML parser stops at the first duplicate, or silently keeps only the last value. */
export function duplicateKeys(document: Document.Parsed, lineOf: (offset: number) => number): DuplicateKey[] {
  const found: DuplicateKey[] = [];
  visit(document, {
    Map(_, map, ancestors) {
      const first = new Map<unknown, number>();
      for (const pair of map.items) {
        if (!isScalar(pair.key) || isMergeKey(pair)) continue;
        const offset = pair.key.range?.[0] ?? 0;
        const before = first.get(pair.key.value);
        if (before === undefined) first.set(pair.key.value, offset);
        else found.push(duplicate(String(pair.key.value), offset, lineOf(before), keysOf(ancestors)));
      }
    },
  });
  return found;
}

function duplicate(key: string, offset: number, line: number, parents: readonly string[]): DuplicateKey {
  return {
    offset,
    path: [...parents, key],
    fault: `duplicate key ${show(key)} (first in line ${line})`,
    hint: 'rename one of the two, or remove it',
  };
}

function keysOf(ancestors: readonly unknown[]): string[] {
  return ancestors.flatMap((node) => (isPair(node) && isScalar(node.key) ? [String(node.key.value)] : []));
}
