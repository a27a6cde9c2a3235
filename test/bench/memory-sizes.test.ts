import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { usdAMonth } from '#bench/cold-start/memory/price.ts';
import { showMemory } from '#bench/cold-start/memory/show.ts';
import type { ColdStartReport } from '#bench/cold-start/report.ts';
import { readAssembly } from '#emulator/assembly.ts';
import { loaded, names, tokyo } from '../stacks/site-under-test.ts';
import { synthesized } from '../stacks/synthesized.ts';

const EXAMPLE = 'examples/tokyo-virginia.yaml';
const { memory } = JSON.parse(readFileSync('docs/bench/cold-start.json', 'utf8')) as ColdStartReport;

it('a size costs what the time of a healthy site costs in that size', async () => {
  const [, site = tokyo] = loaded(readFileSync(EXAMPLE, 'utf8'), EXAMPLE).sites;
  const stacks = await readAssembly(await synthesized(EXAMPLE), site.region);
  const template = stacks.find(({ name }) => name === names.stack)?.template ?? { Resources: {} };
  if ('skipped' in memory) throw new Error(memory.skipped);
  for (const { mb, median, usdAMonth: kept } of memory.sizes) {
    const { routeSwap, healthProbe } = usdAMonth(mb, median, site, template);
    expect([routeSwap.toFixed(2), healthProbe.toFixed(2)]).toEqual([
      kept.routeSwap.toFixed(2),
      kept.healthProbe.toFixed(2),
    ]);
    expect(usdAMonth(2 * mb, median, site, template).routeSwap).toBeCloseTo(2 * routeSwap);
  }
});

it('a machine that cannot limit a process says why its table is missing', () => {
  expect(showMemory({ skipped: 'There are no control groups.' })).toBe(
    'Sizes of memory were not measured. There are no control groups.',
  );
});
