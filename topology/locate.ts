import type { Document, Node, Pair, YAMLMap } from 'yaml';
import { isMap, isNode, isPair, isScalar, isSeq } from 'yaml';
import { isMergeKey, mergeSources, resolve } from './aliases.ts';
import type { Path } from './mistakes.ts';

/**
 * Where a path is written, as an offset into the text, through maps, merges, lists and aliases. A missing path is located at
 * the key of its nearest parent, where it has to be added.
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
  const { own, sources } = indexOf(collection);
  return own.get(step) ?? inherited(document, sources, step);
}

interface MapIndex {
  /** Of a key that stands there twice, the last. */
  readonly own: ReadonlyMap<unknown, Pair>;
  /** What `<<` takes keys from. */
  readonly sources: readonly unknown[];
}

const indexes = new WeakMap<YAMLMap, MapIndex>();

/** Each mapping is read once, however many of its keys are mistakes. */
function indexOf(map: YAMLMap): MapIndex {
  const known = indexes.get(map);
  if (known !== undefined) return known;
  const index = {
    own: new Map(map.items.flatMap((pair) => (isScalar(pair.key) ? [[pair.key.value, pair] as const] : []))),
    sources: map.items.filter(isMergeKey).flatMap(mergeSources),
  };
  indexes.set(map, index);
  return index;
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
