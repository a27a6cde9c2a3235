import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { type Chart, plotSvg } from '#bench/plot.ts';

const chart: Chart = {
  title: 'Time < space & "more"',
  subtitle: 'in a test',
  x: { label: 'routes', from: 1, to: 100, ticks: [1, 10, 100] },
  y: { label: 'seconds', from: 0.1, to: 10, ticks: [0.1, 1, 10] },
  series: [
    {
      label: 'bound',
      colour: 'grey',
      look: 'dashed',
      points: [
        { x: 1, y: 0.1 },
        { x: 100, y: 10 },
      ],
    },
    {
      label: 'ours',
      colour: 'blue',
      look: 'line',
      points: [
        { x: 1, y: 0.1 },
        { x: 10, y: 1 },
      ],
    },
    { label: 'published', colour: 'black', look: 'points', points: [{ x: 10, y: 10 }] },
  ],
  notes: ['one', 'two'],
};

describe('a plot', () => {
  it('looks as it did', async () => {
    await expect(plotSvg(chart)).toMatchFileSnapshot('golden/plot.svg');
  });

  it('puts equal factors at equal distances', () => {
    const [, x1, x10, x100] =
      /class="grid" x1="([\d.]+)".*?class="grid" x1="([\d.]+)".*?class="grid" x1="([\d.]+)"/s.exec(plotSvg(chart)) ??
      [];
    expect(Number(x10) - Number(x1)).toBeCloseTo(Number(x100) - Number(x10));
  });

  it('is XML for any text in it', () => {
    expect(XMLValidator.validate(plotSvg(chart))).toBe(true);
  });
});
