import { type Colour, text } from '#bench/svg.ts';
import type { OutageReport, OutageResult } from './report.ts';
import { FAILURE_LABELS, WAY_LABELS } from './show.ts';
import { TOP, type TrialsRow, trialsPlot } from './trials-plot.ts';
import type { WayName } from './ways.ts';

const COLOURS: Readonly<Record<WayName, Colour>> = { ours: 'blue', original: 'orange' };
const ROW = 46;

/** Every trial's outage as a dot, a row for each failure and design, the median as a line. */
export function outageChart({ results }: OutageReport): string {
  return trialsPlot({
    title: 'Outage, trial by trial',
    subtitle: 'Longest time without a reply, seconds (logarithmic). Real daemons in network namespaces, emulated AWS.',
    ticks: [0.2, 0.5, 1, 2, 5, 10, 20],
    left: 200,
    bottom: TOP + results.length * ROW,
    size: { radius: 4.5, spread: 7, median: 15 },
    rows: results.map((result, index) => row(result, TOP + index * ROW + ROW / 2)),
  });
}

function row({ failure, way, trials }: OutageResult, y: number): TrialsRow {
  const labels = [text(24, y - 3, FAILURE_LABELS[failure], ''), text(24, y + 13, WAY_LABELS[way], 'quiet')];
  return { y, colour: COLOURS[way], trials, labels };
}
