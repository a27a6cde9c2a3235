import type { Document } from 'yaml';
import { isPair, isScalar, visit } from 'yaml';
import { isMergeKey } from './aliases.ts';
import { show } from './mistakes.ts';

export interface DuplicateKey {
  readonly offset: number;
  readonly path: readonly string[];
  readonly fault: string;
  readonly hint: string;
}

/**
 * Keys written twice in one mapping. YAML parsers either stop at the first or silently take the last: two sites of one name
 * would be one.
 */
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
    fault: `${show(key)} stands here a second time (first in line ${line})`,
    hint: 'give it another name, or take one of the two out',
  };
}

function keysOf(ancestors: readonly unknown[]): string[] {
  return ancestors.flatMap((node) => (isPair(node) && isScalar(node.key) ? [String(node.key.value)] : []));
}
