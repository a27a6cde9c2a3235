import { spreadOf } from '#bench/outage/report.ts';
import { type Colour, logScaled, pictureSvg, pixels, text } from '#bench/svg.ts';
import { labelOf } from './arms.ts';
import { PROFILE_NAMES } from './profiles.ts';
import type { LatencyReport, LatencyResult } from './report.ts';

const AXIS = { from: 0.5, to: 20 };
const TICKS = [0.5, 0.7, 1, 2, 5, 10, 20];
const PLOT = { left: 230, right: 800, top: 84 };
const ROW = 24;
const BETWEEN_PROFILES = 22;

/** Every trial's outage as a dot, a row for each design, by profile; the median as a line. */
export function latencyChart({ results }: LatencyReport): string {
  const across = (ms: number) => logScaled(ms / 1000, AXIS, PLOT.left, PLOT.right);
  let y: number = PLOT.top;
  const drawn = PROFILE_NAMES.flatMap((profile) => {
    const own = results.filter(({ latency }) => latency === profile);
    const top = y;
    y += own.length * ROW + BETWEEN_PROFILES;
    return [
      text(24, top + ROW / 2 + 5, profile, ''),
      ...own.flatMap((result, index) => row(result, top + index * ROW + ROW / 2, across)),
    ];
  });
  return pictureSvg({
    title: 'Outage by latency of AWS',
    subtitle:
      'The active router fails. Seconds without a reply (logarithmic), trial by trial. Emulated AWS, real daemons.',
    width: 920,
    height: y + 46,
    style: '.dot{fill-opacity:.55;stroke:none}.middle{stroke-width:3}',
    content: [
      ...TICKS.flatMap((tick) => [
        `<line class="grid" x1="${across(tick * 1000)}" x2="${across(tick * 1000)}" y1="${PLOT.top}" y2="${y}"/>`,
        text(across(tick * 1000), y + 16, String(tick), 'tick', 'middle'),
      ]),
      text((PLOT.left + PLOT.right) / 2, y + 36, 'seconds', 'quiet', 'middle'),
      ...drawn,
    ],
  });
}

function row(result: LatencyResult, y: number, across: (ms: number) => number): string[] {
  const colour: Colour = result.phases === 2 ? 'blue' : result.phases === 1 ? 'green' : 'orange';
  const middle = spreadOf(result.trials, 'outageMs')?.median;
  const outages = result.trials.flatMap(({ outageMs }) => (outageMs === null ? [] : [outageMs]));
  return [
    text(PLOT.left - 12, y + 4, labelOf(result), 'quiet', 'end'),
    ...outages.map(
      (ms, index) =>
        `<circle class="${colour} dot" cx="${across(ms)}" cy="${pixels(y + ((index % 3) - 1) * 4)}" r="3.5"/>`,
    ),
    ...(middle === undefined
      ? []
      : [
          `<line class="${colour} middle" x1="${across(middle)}" x2="${across(middle)}" y1="${y - 9}" y2="${y + 9}"/>`,
          text(PLOT.right + 12, y + 5, `${(middle / 1000).toFixed(2)} s`, ''),
        ]),
  ];
}
