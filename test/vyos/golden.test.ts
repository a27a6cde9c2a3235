import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { VyosVersion } from '#topology/topology.ts';
import type { RenderOptions } from '#vyos/options.ts';
import { renderConfig } from '#vyos/render.ts';
import { examples, routersOf } from './topologies.ts';

/**
 * `golden/<topology>/<router>.<version>.set`: every router in its own version, the first pair in the others.
 * `UPDATE_GOLDENS=1 npm test` writes them anew: read the difference.
 */
const folder = new URL('./golden/', import.meta.url);

interface Golden {
  readonly file: string;
  readonly lines: readonly string[];
}

const goldens: readonly Golden[] = examples.flatMap((topology) => {
  const golden = (router: string, version: VyosVersion, options: RenderOptions = {}, suffix = ''): Golden => ({
    file: `${topology.name}/${router}.${version}${suffix}.set`,
    lines: renderConfig(topology, router, { vyos: version, ...options }).lines,
  });
  const others = (topology.profile === 'original' ? ['1.3', '1.4'] : ['1.3']) as VyosVersion[];
  const [first, second] = routersOf(topology);
  if (first === undefined || second === undefined) throw new Error('an example without routers');
  return [
    ...routersOf(topology).map(({ name, vyos }) => golden(name, vyos)),
    ...others.flatMap((version) => [golden(first.name, version), golden(second.name, version)]),
    ...(topology.profile === 'fast' ? [golden(first.name, '1.4', { tunnels: 'vti' }, '.vti')] : []),
  ];
});

test.each(goldens)('$file', ({ file, lines }) => {
  const path = new URL(file, folder);
  const text = `${lines.join('\n')}\n`;
  if (process.env['UPDATE_GOLDENS'] === '1') {
    mkdirSync(new URL('.', path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, 'utf8'));
});

test('there are no goldens of removed routers', () => {
  const there = globSync('*/*.set', { cwd: fileURLToPath(folder) });
  expect(there.toSorted()).toEqual(goldens.map(({ file }) => file).toSorted());
});

test('1.5 is rendered like 1.4', () => {
  for (const topology of examples) {
    for (const { name } of routersOf(topology)) {
      const lines = (vyos: VyosVersion) => renderConfig(topology, name, { vyos }).lines;
      expect(lines('1.5')).toEqual(lines('1.4'));
    }
  }
});
