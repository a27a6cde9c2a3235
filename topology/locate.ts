import type { Document, Node, Pair } from 'yaml';
import { isMap, isNode, isPair, isScalar, isSeq } from 'yaml';
import { isMergeKey, mergeSources, resolve } from './aliases.ts';
import type { Path } from './mistakes.ts';

/**
 * Where a path was written, as an offset into the text. Follows it through maps, merges, lists and aliases as far as it
 * goes: what is missing is shown at its nearest parent's key, which is where it has to be added.
 */
export function offsetOf(document: Document.Parsed, path: Path, at: 'key' | 'value' = 'value'): number {
  let found: Node | Pair | undefined = document.contents ?? undefined;
  let complete = true;
  for (const step of path) {
    const next = child(document, found, step);
    if (next === undefined) {
      complete = false;
      break;
    }
    found = next;
  }
  const node = isPair(found) ? (at === 'key' || !complete || isEmpty(found.value) ? found.key : found.value) : found;
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function child(document: Document.Parsed, parent: unknown, step: string | number): Node | Pair | undefined {
  const collection = resolve(document, isPair(parent) ? parent.value : parent);
  if (isSeq(collection)) {
    const item = typeof step === 'number' ? collection.items[step] : undefined;
    return isNode(item) ? item : undefined;
  }
  if (!isMap(collection)) return undefined;
  const own = collection.items.findLast(({ key }) => isScalar(key) && key.value === step);
  return own ?? inherited(document, collection.items.filter(isMergeKey).flatMap(mergeSources), step);
}

function inherited(
  document: Document.Parsed,
  sources: readonly unknown[],
  step: string | number,
): Node | Pair | undefined {
  for (const source of sources) {
    const found = child(document, source, step);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isEmpty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null);
}
