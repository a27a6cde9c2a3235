import type { Sample } from './metrics.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmRule {
  readonly periodMs: number;
  readonly statistic: 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount' | { readonly percentile: number };
  readonly threshold: number;
  readonly comparison: keyof typeof COMPARISONS;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
}

export const COMPARISONS = {
  GreaterThanThreshold: { test: (value: number, threshold: number) => value > threshold, words: 'greater than' },
  GreaterThanOrEqualToThreshold: {
    test: (value: number, threshold: number) => value >= threshold,
    words: 'greater than or equal to',
  },
  LessThanThreshold: { test: (value: number, threshold: number) => value < threshold, words: 'less than' },
  LessThanOrEqualToThreshold: {
    test: (value: number, threshold: number) => value <= threshold,
    words: 'less than or equal to',
  },
} as const;

/**
 * The alarm's state from the samples of its metric. The period that `now` is in counts only once it has data; periods
 * before `since` (the alarm's creation) are neither missing nor there.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
export function evaluate(
  rule: AlarmRule,
  samples: readonly Sample[],
  { now, since, previous }: { readonly now: number; readonly since: number; readonly previous: AlarmState },
): { readonly state: AlarmState; readonly reason: string } {
  const { periodMs, evaluationPeriods, datapointsToAlarm, treatMissingData, threshold } = rule;
  const current = Math.floor(now / periodMs);
  const inPeriod = (period: number) =>
    samples.filter(({ at }) => Math.floor(at / periodMs) === period).map(({ value }) => value);
  const last = inPeriod(current).length > 0 ? current : current - 1;
  const periods = Array.from({ length: evaluationPeriods }, (_, index) => last - index).filter(
    (period) => period * periodMs >= since || inPeriod(period).length > 0,
  );
  const points = periods.map((period) => {
    const values = inPeriod(period);
    return values.length === 0 ? undefined : statisticOf(rule.statistic, values);
  });

  const present = points.filter((point) => point !== undefined);
  const missing = points.length - present.length;
  const { test, words } = COMPARISONS[rule.comparison];
  const breaching =
    present.filter((point) => test(point, threshold)).length + (treatMissingData === 'breaching' ? missing : 0);
  const shown = `[${present.join(', ')}]`;
  if (points.length > 0 && breaching >= datapointsToAlarm) {
    const what =
      present.length === 0
        ? 'no datapoints were received'
        : `the last datapoints ${shown} were ${words} the threshold (${threshold})`;
    const treated =
      treatMissingData === 'breaching' && missing > 0
        ? ` and ${missing} missing datapoints were treated as breaching`
        : '';
    return {
      state: 'ALARM',
      reason: `Threshold Crossed: ${breaching} of ${evaluationPeriods} datapoints breaching: ${what}${treated}.`,
    };
  }
  if (points.length === 0) return { state: previous, reason: 'No whole period has passed yet.' };
  if (present.length === 0 && treatMissingData === 'ignore')
    return { state: previous, reason: 'Missing data keeps the state.' };
  if (present.length === 0 && treatMissingData === 'missing') {
    return { state: 'INSUFFICIENT_DATA', reason: `Insufficient Data: ${missing} datapoints were unknown.` };
  }
  if (missing > 0 && treatMissingData === 'breaching' && points.length < evaluationPeriods) {
    return { state: previous, reason: 'The alarm is younger than its evaluation range.' };
  }
  return {
    state: 'OK',
    reason: `Threshold not crossed: the last datapoints ${shown} were not ${words} the threshold (${threshold}), or not often enough.`,
  };
}

function statisticOf(statistic: AlarmRule['statistic'], values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (typeof statistic === 'object') {
    const sorted = values.toSorted((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil((statistic.percentile / 100) * sorted.length) - 1)] ?? Number.NaN;
  }
  switch (statistic) {
    case 'Sum':
      return sum;
    case 'Average':
      return sum / values.length;
    case 'Minimum':
      return Math.min(...values);
    case 'Maximum':
      return Math.max(...values);
    case 'SampleCount':
      return values.length;
  }
}
