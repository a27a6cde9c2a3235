import type { Flip } from './readings.ts';

/** Of the measured values, ms (packets for `lost`); null: none was measured. */
export interface Distribution {
  readonly count: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** What the flips of a measurement show together. */
export interface LatencySummary {
  readonly api: Distribution;
  /** From EC2's answer to the change of the data plane. */
  readonly delay: Distribution;
  /** From the call to the change of the data plane. */
  readonly switched: Distribution;
  readonly lost: Distribution;
}

/** Pure. */
export function summaryOf(flips: readonly Flip[]): LatencySummary {
  const of = (value: (flip: Flip) => number | null) => distribution(flips.flatMap((flip) => value(flip) ?? []));
  return {
    api: of(({ apiMs }) => apiMs),
    delay: of(({ delayMs }) => delayMs),
    switched: of(({ switchedMs }) => switchedMs),
    lost: of(({ lost }) => lost),
  };
}

/** Percentiles by nearest rank: each is a value that was measured. */
export function distribution(values: readonly number[]): Distribution {
  const sorted = values.toSorted((a, b) => a - b);
  const percentile = (p: number) => sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? null;
  return { count: sorted.length, p50: percentile(50), p99: percentile(99), max: sorted.at(-1) ?? null };
}

/** One line for each flip, with a head. An empty cell: not measured. */
export function flipsAsCsv(flips: readonly Flip[]): string {
  const head: readonly (keyof Flip)[] = ['n', 'at', 'apiMs', 'firstMs', 'switchedMs', 'delayMs', 'lost'];
  const rows = flips.map((flip) => head.map((column) => flip[column] ?? '').join(','));
  return `${[head.join(','), ...rows].join('\n')}\n`;
}
