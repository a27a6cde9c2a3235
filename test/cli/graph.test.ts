import { readdirSync, readFileSync } from 'node:fs';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { arrange } from '#cli/graph/layout.ts';
import { loadTopology } from '#topology/load.ts';
import { commandLine, examplesFolder } from './command-line.ts';

const examples = readdirSync(examplesFolder).filter((name) => name.endsWith('.yaml'));

function topologyOf(name: string) {
  const { topology } = loadTopology(readFileSync(`${examplesFolder}/${name}`, 'utf8'), name);
  if (topology === undefined) throw new Error(`${name} has mistakes`);
  return topology;
}

describe.each(examples)('topology graph %s', (name) => {
  const { sites, farEnds, tunnels } = topologyOf(name);
  const names = [...sites, ...sites.flatMap(({ routers }) => [routers.active, routers.standby]), ...farEnds].map(
    (each) => each.name,
  );

  test('as SVG: well-formed, with every site, router and tunnel, and no reference to the network', async () => {
    const { exitCode, stdout } = await commandLine(['topology', 'graph', name, '--format', 'svg']);
    expect([exitCode, XMLValidator.validate(stdout)]).toEqual([0, true]);
    const parsed = new XMLParser({ ignoreAttributes: false }).parse(stdout) as {
      svg: { g: readonly { title: string }[] };
    };
    expect(parsed.svg.g.map(({ title }) => title)).toEqual(
      tunnels.map(({ between: [from, to], network }) => `${from} – ${to}: ${network}`),
    );
    for (const each of names) expect(stdout).toMatch(new RegExp(`>${each}</t`));
    expect(stdout.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(/);
  });

  test('as a narrow SVG: no wider than a telephone if there are two boxes, and the same facts', async () => {
    const line = ['topology', 'graph', name, '--format', 'svg'];
    const [{ stdout: wide }, { stdout: narrow }] = [await commandLine(line), await commandLine([...line, '--narrow'])];
    expect(XMLValidator.validate(narrow)).toBe(true);
    for (const each of names) expect(narrow).toMatch(new RegExp(`>${each}</t`));
    const width = Number(/ width="([\d.]+)"/.exec(narrow)?.[1]);
    const isTooMuch = sites.length + farEnds.length > 2;
    expect(isTooMuch ? narrow === wide : width <= 400).toBe(true);
  });

  test('as Mermaid: every router is a node, and every tunnel a link', async () => {
    const { stdout } = await commandLine(['topology', 'graph', name]);
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(head).toBe('flowchart LR');
    for (const each of names) expect(stdout).toMatch(new RegExp(`"${each}(<br/>| )`));
    expect(lines.filter((line) => line.includes(' ---|"'))).toHaveLength(tunnels.length);
    expect(lines.filter((line) => line.startsWith('  subgraph '))).toHaveLength(
      lines.filter((line) => line === '  end').length,
    );
  });
});

describe('the layout of a graph', () => {
  test('stacks two boxes of a narrow drawing', () => {
    const { placed, size } = arrange(
      [
        { width: 344, height: 240 },
        { width: 250, height: 76 },
      ],
      'narrow',
    );
    const [upper, lower] = placed;
    expect((lower?.y ?? 0) - (upper?.y ?? 0) - 240).toBeGreaterThan(20);
    expect(size.width).toBe(344 + 2 * 24);
  });

  test.each([1, 2, 3, 4, 7, 12, 42])('of %i boxes lets none overlap another', (count) => {
    const { placed, size } = arrange(Array.from({ length: count }, () => ({ width: 350, height: 280 })));
    const overlaps = placed.flatMap((a, at) =>
      placed.slice(at + 1).filter((b) => Math.abs(a.x - b.x) < 350 && Math.abs(a.y - b.y) < 280),
    );
    expect(overlaps).toEqual([]);
    expect(placed.every(({ x, y }) => x >= 0 && y >= 0 && x + 350 <= size.width && y + 280 <= size.height)).toBe(true);
  });
});
