import { TOP, type TrialsRow, trialsPlot } from '#bench/outage/trials-plot.ts';
import { text } from '#bench/svg.ts';
import { labelOf } from './arms.ts';
import { PROFILE_NAMES } from './profiles.ts';
import type { LatencyReport, LatencyResult } from './report.ts';

const LEFT = 230;
const ROW = 24;
const BETWEEN_PROFILES = 22;

/** Every trial's outage as a dot, a row for each design, by profile; the median as a line. */
export function latencyChart({ results }: LatencyReport): string {
  let bottom = TOP;
  const rows = PROFILE_NAMES.flatMap((profile) => {
    const top = bottom;
    const own = results
      .filter(({ latency }) => latency === profile)
      .map((result, index) => row(result, top + index * ROW + ROW / 2, index === 0 ? profile : ''));
    bottom += own.length * ROW + BETWEEN_PROFILES;
    return own;
  });
  return trialsPlot({
    title: 'Outage by latency of AWS',
    subtitle:
      'The active router fails. Seconds without a reply (logarithmic), trial by trial. Emulated AWS, real daemons.',
    ticks: [0.5, 0.7, 1, 2, 5, 10, 20],
    left: LEFT,
    bottom,
    size: { radius: 3.5, spread: 4, median: 9 },
    rows,
  });
}

/** @param profile '' if it stands in a row above */
function row(result: LatencyResult, y: number, profile: string): TrialsRow {
  const design = text(LEFT - 12, y + 4, labelOf(result), 'quiet', 'end');
  return {
    y,
    colour: result.phases === 2 ? 'blue' : result.phases === 1 ? 'green' : 'orange',
    trials: result.trials,
    labels: profile === '' ? [design] : [text(24, y + 5, profile, ''), design],
  };
}
