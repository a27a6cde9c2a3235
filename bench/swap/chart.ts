import type { Chart, Series } from '#bench/plot.ts';
import type { Colour } from '#bench/svg.ts';
import type { SwapReport, WayName } from './report.ts';
import { WAY_LABELS } from './show.ts';

/**
 * F5 Cloud Failover Extension on AWS, "time to successfully fail over all objects". Published by F5, not measured here.
 * https://github.com/F5Networks/f5-cloud-failover-extension/blob/main/docs/userguide/performance-sizing.rst
 */
export const F5_PUBLISHED = [
  { routes: 50, s: 5 },
  { routes: 100, s: 5 },
  { routes: 200, s: 15 },
  { routes: 500, s: 90 },
] as const;

/** Drawn in this order: ours last, above the others. */
const LINES: readonly (readonly [WayName, Colour])[] = [
  ['delete-create', 'purple'],
  ['sequential', 'orange'],
  ['unpaced', 'green'],
  ['ours', 'blue'],
];

/** Time to the last route over the number of routes; where a way never got there, its line ends. */
export function swapChart({ counts, conditions }: SwapReport): Chart {
  const { latencyMs, bucket } = conditions;
  const bound: Series = {
    label: 'least by the published throttle',
    colour: 'grey',
    look: 'dashed',
    points: counts.map(({ routes, boundMs }) => ({ x: routes, y: boundMs / 1000 })),
  };
  const lines = LINES.map(([way, colour]): Series => {
    const points = counts.flatMap(({ routes, ways }) => {
      const ms = ways.find((each) => each.way === way)?.median.lastMovedMs ?? null;
      return ms === null ? [] : [{ x: routes, y: ms / 1000 }];
    });
    return { label: WAY_LABELS[way], colour, look: 'line', points };
  });
  const f5: Series = {
    label: 'F5, published',
    colour: 'black',
    look: 'points',
    points: F5_PUBLISHED.map(({ routes, s }) => ({ x: routes, y: s })),
  };
  return {
    title: 'Time until the last route has moved',
    subtitle: 'Medians on an emulated AWS; both axes logarithmic. Nothing but the F5 figures comes from the real AWS.',
    x: { label: 'routes', from: 1, to: 600, ticks: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
    y: { label: 'seconds', from: 0.02, to: 200, ticks: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200] },
    series: [bound, ...lines, f5],
    notes: [
      `Least: EC2's bucket as AWS publishes it (${bucket.capacity} calls at once, then ${bucket.perSecond} a second) and one call of ${latencyMs} ms (assumed; lognormal).`,
      whereLinesEnd({ counts }),
      'vyos-failover is timed from a signed HTTP report and first looks and takes a lease; the other three are just called.',
      'F5: Cloud Failover Extension on AWS, user guide, “Performance and sizing”: another system, measured by its maker.',
    ],
  };
}

function whereLinesEnd({ counts }: Pick<SwapReport, 'counts'>): string {
  const stranded = counts.flatMap(({ routes, ways }) =>
    ways
      .filter(({ median }) => median.notMoved > 0)
      .map(({ way, median }) => `${median.notMoved} of ${routes} (${WAY_LABELS[way]})`),
  );
  const ends = stranded.length === 0 ? '' : `; one ends where routes never moved: ${stranded.join(', ')}`;
  return `Lines only join measured counts${ends}.`;
}
