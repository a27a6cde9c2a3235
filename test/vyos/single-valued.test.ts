import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { VyosVersion } from '#topology/topology.ts';
import { parseSetCommand } from '#vyos/quote.ts';
import { renderConfig } from '#vyos/render.ts';
import { singleValuedLeaf } from '#vyos/versions/single-valued.ts';
import { examples, routersOf } from './topologies.ts';

/** VyOS's grammar as vyos-check has it: children, kind (tag, leaf), several values, no value. */
interface GrammarNode {
  readonly c?: Readonly<Record<string, GrammarNode>>;
  readonly t?: 't' | 'l';
  readonly m?: 1;
  readonly v?: 1;
}

const data = new URL('../../../shared/vyos-check/data/', import.meta.url);

test.skipIf(!existsSync(data)).each(['1.1', '1.3', '1.4', '1.5'] as const)(
  'on %s exactly the leaves with one value are overwritten (skipped where ../shared/vyos-check is not there)',
  (vyos) => {
    const { tree } = JSON.parse(readFileSync(new URL(`${vyos}.json`, data), 'utf8')) as {
      tree: Readonly<Record<string, GrammarNode>>;
    };
    const paths = linesOf(vyos).map((text) => parseSetCommand(text, 0) ?? []);
    const wrong = paths.filter((path) => {
      const overwritten = singleValuedLeaf(path) !== undefined;
      const isKey = path.at(-2)?.endsWith('secret') === true;
      // IPsec's selectors became lists in 1.4; before, they cost a delete more than needed.
      const wasSingle = path[0] === 'vpn' && path.at(-2) === 'prefix' && vyos < '1.4';
      return !isKey && !(wasSingle && !overwritten) && overwritten !== endsInOneValue(path, { c: tree });
    });
    expect(paths.length).toBeGreaterThan(100);
    expect(wrong.map((path) => path.join(' '))).toEqual([]);
  },
);

function linesOf(vyos: VyosVersion): string[] {
  const styles = [
    { profile: 'original' as const },
    ...(vyos === '1.1' ? [] : (['gre', 'vti'] as const).map((tunnels) => ({ profile: 'fast' as const, tunnels }))),
  ];
  return examples.flatMap((topology) =>
    routersOf(topology).flatMap(({ name }) =>
      styles.flatMap((style) => renderConfig(topology, name, { vyos, ...style }).lines),
    ),
  );
}

/** True where the last word is the value of a leaf that holds one. */
function endsInOneValue(path: readonly string[], root: GrammarNode): boolean {
  let node = root;
  for (let index = 0; index < path.length; index += 1) {
    const next = node.c?.[path[index] ?? ''];
    if (next === undefined) throw new Error(`the grammar has no ${path.slice(0, index + 1).join(' ')}`);
    node = next;
    if (node.t === 'l') return node.v !== 1 && node.m !== 1;
    if (node.t === 't') index += 1;
  }
  return false;
}
