import type { Chart, Colour, Series } from '#bench/plot.ts';
import type { SwapReport, WayName } from './report.ts';
import { WAY_LABELS } from './show.ts';

/**
 * F5 BIG-IP Cloud Failover, AWS, one route table: time to fail over so many routes, detection left out. Published, on
 * AWS and on unknown machines; not measured here.
 * https://clouddocs.f5.com/products/extensions/f5-cloud-failover/latest/userguide/performance-sizing.html
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
    label: 'the least that AWS allows',
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
    series: [bound, f5, ...lines],
    notes: [
      `Least: EC2's published throttle (${bucket.capacity} calls at once, then ${bucket.perSecond} a second) and one call of ${latencyMs} ms (assumed; lognormal).`,
      ...stranded({ counts }),
      'vyos-failover is timed from a signed HTTP report and first looks and takes a lease; the other three are just called.',
      'F5: Cloud Failover on AWS, from its user guide (“Performance sizing”), without detection; another system, another time.',
    ],
  };
}

function stranded({ counts }: Pick<SwapReport, 'counts'>): string[] {
  const worst = counts.flatMap(({ routes, ways }) =>
    ways
      .filter(({ median }) => median.notMoved > 0)
      .map(({ way, median }) => `${median.notMoved} of ${routes} (${WAY_LABELS[way]})`),
  );
  return worst.length === 0 ? [] : [`A line ends where routes never moved: ${worst.join(', ')}.`];
}
