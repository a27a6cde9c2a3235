/** Bounds for YAML anchors, aliases and merges: some documents expand without end, or merge what is not a mapping. */
import type { Alias, Document, Node, Pair } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, visit } from 'yaml';

interface AliasFault {
  readonly offset: number;
  readonly fault: string;
  readonly hint: string;
}

const mostAliases = 500;
/** Aliases of aliases grow exponentially ("billion laughs"). A topology of a thousand routes has some 1500 nodes. */
const mostNodes = 200_000;

/** The first alias or merge that cannot be expanded, or undefined where all can. */
export function aliasFault(document: Document.Parsed): AliasFault | undefined {
  let count = 0;
  let found: AliasFault | undefined;
  visit(document, {
    Alias(_, alias, ancestors) {
      count += 1;
      if (count > mostAliases) {
        found = at(alias, `more than ${mostAliases} aliases`, 'write some of the values out');
      } else if (alias.resolve(document) === undefined) {
        found = at(
          alias,
          `*${alias.source} has no anchor`,
          `add &${alias.source} above, at the value that the alias repeats`,
        );
      } else if ((ancestors as readonly unknown[]).includes(alias.resolve(document))) {
        found = at(alias, `*${alias.source} contains itself`, 'an alias cannot stand inside its own anchor');
      }
      return found === undefined ? undefined : visit.BREAK;
    },
    Pair(_, pair) {
      if (!isMergeKey(pair) || mergeSources(pair).every((source) => isMap(resolve(document, source)))) return undefined;
      found = at(
        pair.key as Node,
        '<< merges a value that is not a mapping',
        'write << : *anchor, with an anchor on a mapping',
      );
      return visit.BREAK;
    },
  });
  if (found !== undefined || document.contents === null) return found;
  if (expandedSize(document, document.contents, new Map()) <= mostNodes) return undefined;
  return at(document.contents, 'the aliases of this file expand to more than 200 000 values', 'use fewer aliases');
}

function at(node: Node | Alias, fault: string, hint: string): AliasFault {
  return { offset: node.range?.[0] ?? 0, fault, hint };
}

export function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && key.value === '<<';
}

/** What `<<:` takes its keys from: one mapping, or a list of them. */
export function mergeSources({ value }: Pair): readonly unknown[] {
  return isSeq(value) ? value.items : [value];
}

/** The node that an alias stands for; any other node is itself. */
export function resolve(document: Document.Parsed, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** Nodes after expansion. Ends because anchors stand before their aliases and none contains itself. */
function expandedSize(document: Document.Parsed, node: unknown, known: Map<unknown, number>): number {
  const target = resolve(document, node);
  const before = known.get(target);
  if (before !== undefined) return before;
  const parts = isMap(target) ? target.items.map(({ value }) => value) : isSeq(target) ? target.items : [];
  const size = parts.reduce<number>((sum, part) => sum + expandedSize(document, part, known), 1);
  known.set(target, size);
  return size;
}
