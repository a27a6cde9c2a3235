import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ColdStartReport } from '#bench/cold-start/report.ts';
import { showColdStart } from '#bench/cold-start/show.ts';
import { plotSvg } from '#bench/plot.ts';
import { withTable } from '#bench/save.ts';
import { swapChart } from '#bench/swap/chart.ts';
import type { SwapReport } from '#bench/swap/report.ts';
import { showSwap } from '#bench/swap/show.ts';

const page = readFileSync('docs/bench.md', 'utf8');
const swap = JSON.parse(readFileSync('docs/bench/swap.json', 'utf8')) as SwapReport;
const coldStart = JSON.parse(readFileSync('docs/bench/cold-start.json', 'utf8')) as ColdStartReport;

describe('docs/bench.md', () => {
  it('shows the tables of the raw results beside it', () => {
    expect(withTable(page, 'swap', showSwap(swap))).toBe(page);
    expect(withTable(page, 'cold-start', showColdStart(coldStart))).toBe(page);
  });

  it('shows the plot of the raw results beside it', () => {
    expect(readFileSync('docs/bench/swap.svg', 'utf8')).toBe(plotSvg(swapChart(swap)));
  });

  it('has figures for every count that it speaks of, of all ways', () => {
    expect(swap.counts.map(({ routes, ways }) => [routes, ways.length])).toEqual(
      [1, 10, 50, 100, 200, 500].map((routes) => [routes, 4]),
    );
  });
});

describe('a table in a page', () => {
  it('takes the place of the one before', () => {
    const before = withTable('a <!-- x: made by npm run bench -- x --save -->\n<!-- x: end --> b', 'x', 'old');
    const after = withTable(before, 'x', 'new');
    expect(after).toContain('new');
    expect(after).not.toContain('old');
    expect(after).toMatch(/^a [^]* b$/);
  });

  it('needs its marks', () => {
    expect(() => withTable('no marks', 'x', 'table')).toThrow('<!-- x: made by npm run bench -- x --save -->');
  });
});
