import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ColdStartReport } from '#bench/cold-start/report.ts';
import { showColdStart } from '#bench/cold-start/show.ts';
import type { FalseAlarmsReport } from '#bench/false-alarms/report.ts';
import { showFalseAlarms } from '#bench/false-alarms/show.ts';
import { latencyChart } from '#bench/latency/chart.ts';
import { flamesIn } from '#bench/latency/flames.ts';
import type { LatencyReport } from '#bench/latency/report.ts';
import { STAGE_LABELS, showLatency } from '#bench/latency/show.ts';
import { outageChart } from '#bench/outage/chart.ts';
import { flameOf } from '#bench/outage/flame.ts';
import { pictureOf } from '#bench/outage/picture.ts';
import { type Measure, type OutageReport, spreadOf } from '#bench/outage/report.ts';
import { showOutage } from '#bench/outage/show.ts';
import type { PairsReport } from '#bench/pairs/report.ts';
import { showPairs } from '#bench/pairs/show.ts';
import { plotSvg } from '#bench/plot.ts';
import { withTable } from '#bench/save.ts';
import { swapChart } from '#bench/swap/chart.ts';
import type { SwapReport } from '#bench/swap/report.ts';
import { showSwap } from '#bench/swap/show.ts';
import { readAssembly } from '#emulator/assembly.ts';
import { synthesized } from '../stacks/synthesized.ts';

const lambdaFunction = z.object({
  Environment: z.object({ Variables: z.object({ POWERTOOLS_SERVICE_NAME: z.string() }) }),
  MemorySize: z.number(),
});

const page = readFileSync('docs/bench.md', 'utf8');
const detection = readFileSync('docs/detection.md', 'utf8');
const swap = JSON.parse(readFileSync('docs/bench/swap.json', 'utf8')) as SwapReport;
const outage = JSON.parse(readFileSync('docs/bench/outage.json', 'utf8')) as OutageReport;
const latency = JSON.parse(readFileSync('docs/bench/latency.json', 'utf8')) as LatencyReport;
const falseAlarms = JSON.parse(readFileSync('docs/bench/false-alarms.json', 'utf8')) as FalseAlarmsReport;
const pairs = JSON.parse(readFileSync('docs/bench/pairs.json', 'utf8')) as PairsReport;
const coldStart = JSON.parse(readFileSync('docs/bench/cold-start.json', 'utf8')) as ColdStartReport;

describe('docs/bench.md', () => {
  it('shows the tables of the raw results beside it', () => {
    expect(withTable(page, 'swap', showSwap(swap))).toBe(page);
    expect(withTable(page, 'outage', showOutage(outage))).toBe(page);
    expect(withTable(page, 'latency', showLatency(latency))).toBe(page);
    expect(withTable(page, 'false-alarms', showFalseAlarms(falseAlarms))).toBe(page);
    expect(withTable(page, 'pairs', showPairs(pairs))).toBe(page);
    expect(withTable(page, 'cold-start', showColdStart(coldStart))).toBe(page);
  });

  it('shows the plots of the raw results beside it', () => {
    expect(readFileSync('docs/bench/swap.svg', 'utf8')).toBe(plotSvg(swapChart(swap)));
    expect(readFileSync('docs/bench/outage.svg', 'utf8')).toBe(outageChart(outage));
    const example = outage.examples.find(({ way, failure }) => way === 'ours' && failure === 'router');
    expect(readFileSync('docs/bench/failover.svg', 'utf8')).toBe(example && pictureOf(example));
  });

  it('shows the outages by latency, and the failovers in full', () => {
    expect(readFileSync('docs/bench/latency.svg', 'utf8')).toBe(latencyChart(latency));
    const flames = flamesIn(latency);
    expect(flames).toHaveLength(3);
    for (const { file, flame } of flames) {
      expect(readFileSync(`docs/bench/${file}`, 'utf8')).toBe(flameOf(flame));
      expect(detection).toContain(`(bench/${file})`);
    }
  });

  it('has a sentence about each stage of a failover', () => {
    for (const label of Object.values(STAGE_LABELS)) expect(detection).toMatch(new RegExp(`^\\| ${label} \\|`, 'm'));
  });

  it('says of outages what was measured', () => {
    expect(outage.results.map(({ trials }) => trials.length)).toEqual([12, 12, 12, 12]);
    const median = (way: string, failure: string, measure: Measure) => {
      const found = outage.results.find((result) => result.way === way && result.failure === failure);
      return `${((spreadOf(found?.trials ?? [], measure)?.median ?? Number.NaN) / 1000).toFixed(2)} s`;
    };
    for (const [row, measure] of [
      ['routes at the target', 'movedMs'],
      ['the pair', 'nearMs'],
      ['the far side', 'farMs'],
      ['**outage**', 'outageMs'],
    ] as const) {
      const line = detection.split('\n').find((each) => each.startsWith(`| ${row}`));
      expect(line).toContain(median('ours', 'router', measure));
      expect(line).toContain(median('original', 'router', measure));
    }
    expect(detection).toContain(
      `**${median('ours', 'uplink', 'outageMs')}**, in 2014 ${median('original', 'uplink', 'outageMs')}`,
    );
  });

  it('states the size of memory that each function is deployed with', async () => {
    const stated = [...page.matchAll(/^\| `([\w-]+)` \| ([\d,]+) \|/gm)].map(([, name, mb = '']) => [
      name,
      Number(mb.replace(',', '')),
    ]);
    const assembly = await readAssembly(await synthesized('examples/tokyo-virginia.yaml'), 'us-east-1');
    const deployed = assembly
      .flatMap(({ template }) => Object.values(template.Resources))
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map((resource) => lambdaFunction.parse(resource.Properties))
      .map(({ Environment, MemorySize }) => [Environment.Variables.POWERTOOLS_SERVICE_NAME, MemorySize]);
    expect(deployed).not.toEqual([]);
    for (const each of deployed) expect(stated).toContainEqual(each);
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
