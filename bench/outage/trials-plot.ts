import { type Colour, logScaled, pictureSvg, pixels, text } from '#bench/svg.ts';
import { spreadOf } from './report.ts';
import type { Trial } from './trial.ts';

/** Pixels. `bottom`: of the grid; the axis' labels are below it. */
export interface TrialsPlot {
  readonly title: string;
  readonly subtitle: string;
  readonly ticks: readonly [number, ...number[]];
  readonly left: number;
  readonly bottom: number;
  readonly size: PointSize;
  readonly rows: readonly TrialsRow[];
}

/** Pixels. `spread`: between a point and the next one, upwards or downwards; `median`: half the length of its line. */
export interface PointSize {
  readonly radius: number;
  readonly spread: number;
  readonly median: number;
}

export interface TrialsRow {
  readonly y: number;
  readonly colour: Colour;
  readonly trials: readonly Trial[];
  /** Drawn. */
  readonly labels: readonly string[];
}

/** Of the grid, pixels. */
export const TOP = 84;
const RIGHT = 800;

/** Every trial's outage as a dot in its row, on a logarithmic axis of seconds; the median as a line, and its figure. */
export function trialsPlot({ ticks, left, bottom, size, rows, ...words }: TrialsPlot): string {
  const axis = { from: ticks[0], to: ticks.at(-1) ?? ticks[0] };
  const across = (ms: number) => logScaled(ms / 1000, axis, left, RIGHT);
  return pictureSvg({
    ...words,
    width: 920,
    height: bottom + 56,
    style: '.dot{fill-opacity:.55;stroke:none}.middle{stroke-width:3}',
    content: [
      ...ticks.flatMap((tick) => [
        `<line class="grid" x1="${across(tick * 1000)}" x2="${across(tick * 1000)}" y1="${TOP}" y2="${bottom}"/>`,
        text(across(tick * 1000), bottom + 18, String(tick), 'tick', 'middle'),
      ]),
      text((left + RIGHT) / 2, bottom + 40, 'seconds', 'quiet', 'middle'),
      ...rows.flatMap((row) => [...row.labels, ...points(row, size, across)]),
    ],
  });
}

function points(
  { y, colour, trials }: TrialsRow,
  { radius, spread, median }: PointSize,
  across: (ms: number) => number,
): string[] {
  const outages = trials.flatMap(({ outageMs }) => (outageMs === null ? [] : [outageMs]));
  const dots = outages.map(
    (outage, index) =>
      `<circle class="${colour} dot" cx="${across(outage)}" cy="${pixels(y + ((index % 3) - 1) * spread)}" r="${radius}"/>`,
  );
  const middle = spreadOf(trials, 'outageMs')?.median;
  if (middle === undefined) return dots;
  const x = across(middle);
  return [
    ...dots,
    `<line class="${colour} middle" x1="${x}" x2="${x}" y1="${y - median}" y2="${y + median}"/>`,
    text(RIGHT + 12, y + 5, `${(middle / 1000).toFixed(2)} s`, ''),
  ];
}
