import type { Clock, PutMetric, RecordHappening } from '#emulator/service.ts';

/** Which metric, exactly: CloudWatch does not aggregate over dimensions. */
export interface MetricName {
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Sample {
  /** ms since the epoch. */
  readonly at: number;
  readonly value: number;
}

/** All metrics of all regions. */
export interface Metrics {
  readonly put: PutMetric;
  /** Samples since `from`, ms since the epoch, in order. */
  samples(metric: MetricName, from: number): readonly Sample[];
  /** Of a Region, in the order of their first values. */
  list(region: string): readonly MetricName[];
  /** Calls the listener after every value. */
  on(listener: (metric: MetricName) => void): void;
}

export function createMetrics({ clock, record }: { readonly clock: Clock; readonly record: RecordHappening }): Metrics {
  const series = new Map<string, Sample[]>();
  const names = new Map<string, MetricName>();
  const listeners: ((metric: MetricName) => void)[] = [];
  return {
    put({ value, ...metric }) {
      const key = keyOf(metric);
      const at = clock.now();
      const samples = series.get(key) ?? [];
      samples.push({ at, value });
      series.set(key, samples);
      names.set(key, metric);
      // AWS's own metrics are left out of the timeline, which shows those of the functions.
      if (!metric.namespace.startsWith('AWS/')) record({ kind: 'metric', at, value, ...metric });
      for (const listener of listeners) listener(metric);
    },
    list: (region) => [...names.values()].filter((metric) => metric.region === region),
    samples: (metric, from) => (series.get(keyOf(metric)) ?? []).filter(({ at }) => at >= from),
    on: (listener) => void listeners.push(listener),
  };
}

/** The same text for the same metric, whatever the order of its dimensions. */
export function keyOf({ region, namespace, name, dimensions }: MetricName): string {
  return JSON.stringify([region, namespace, name, Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
