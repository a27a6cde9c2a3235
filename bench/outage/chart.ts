import { type Colour, logScaled, pictureSvg, pixels, text } from '#bench/svg.ts';
import { type OutageReport, type OutageResult, spreadOf } from './report.ts';
import { FAILURE_LABELS, WAY_LABELS } from './show.ts';
import type { WayName } from './ways.ts';

const COLOURS: Readonly<Record<WayName, Colour>> = { ours: 'blue', original: 'orange' };
const AXIS = { from: 0.2, to: 20 };
const TICKS = [0.2, 0.5, 1, 2, 5, 10, 20];
const PLOT = { left: 200, right: 800, top: 84 };
const ROW = 46;

/** Every trial's outage as a dot, a row for each failure and design, the median as a line. */
export function outageChart({ results }: OutageReport): string {
  const bottom = PLOT.top + results.length * ROW;
  const across = (ms: number) => logScaled(ms / 1000, AXIS, PLOT.left, PLOT.right);
  return pictureSvg({
    title: 'Outage, trial by trial',
    subtitle: 'Longest time without a reply, seconds (logarithmic). Real daemons in network namespaces, emulated AWS.',
    width: 920,
    height: bottom + 56,
    style: '.dot{fill-opacity:.55;stroke:none}.middle{stroke-width:3}',
    content: [
      ...TICKS.flatMap((tick) => [
        `<line class="grid" x1="${across(tick * 1000)}" x2="${across(tick * 1000)}" y1="${PLOT.top}" y2="${bottom}"/>`,
        text(across(tick * 1000), bottom + 18, String(tick), 'tick', 'middle'),
      ]),
      text((PLOT.left + PLOT.right) / 2, bottom + 40, 'seconds', 'quiet', 'middle'),
      ...results.flatMap((result, index) => row(result, PLOT.top + index * ROW + ROW / 2, across)),
    ],
  });
}

function row({ failure, way, trials }: OutageResult, y: number, across: (ms: number) => number): string[] {
  const middle = spreadOf(trials, 'outageMs')?.median;
  const outages = trials.map(({ outageMs }) => outageMs).filter((ms) => ms !== null);
  return [
    text(24, y - 3, FAILURE_LABELS[failure], ''),
    text(24, y + 13, WAY_LABELS[way], 'quiet'),
    ...outages.map(
      (ms, index) =>
        `<circle class="${COLOURS[way]} dot" cx="${across(ms)}" cy="${pixels(y + ((index % 3) - 1) * 7)}" r="4.5"/>`,
    ),
    ...(middle === undefined
      ? []
      : [
          `<line class="${COLOURS[way]} middle" x1="${across(middle)}" x2="${across(middle)}" y1="${y - 15}" y2="${y + 15}"/>`,
          text(PLOT.right + 12, y + 5, `${(middle / 1000).toFixed(2)} s`, ''),
        ]),
  ];
}
