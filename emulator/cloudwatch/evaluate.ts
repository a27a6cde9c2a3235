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
 * More periods than the alarm evaluates are read, in case some have no data. Documented for 3 evaluation periods ("the evaluation range
 * is 5"); for other numbers it is an assumption.
 */
const MORE_PERIODS = 2;

/** ms before now of the oldest sample that an evaluation can use. */
export function evaluationRangeMs({ periodMs, evaluationPeriods }: AlarmRule): number {
  return (evaluationPeriods + MORE_PERIODS + 1) * periodMs;
}

interface Verdict {
  readonly state: AlarmState;
  readonly reason: string;
}

/**
 * The alarm's state from the samples of its metric. The period that `now` is in counts only once it has data; periods
 * before `since` (the alarm's creation) are neither missing nor there.
 *
 * The newest data points of the evaluation range are evaluated; missing ones are filled in only if the range has fewer data points
 * than evaluation periods. So an alarm on a metric that has stopped keeps its state until its last data points leave the range.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluate(
  rule: AlarmRule,
  samples: readonly Sample[],
  { now, since, previous }: { readonly now: number; readonly since: number; readonly previous: AlarmState },
): Verdict {
  const { periodMs, evaluationPeriods, treatMissingData, threshold } = rule;
  const points = pointsInRange(rule, samples, { now, since });
  const real = points.filter((point) => point !== undefined).slice(0, evaluationPeriods);
  const missing = Math.min(points.length, evaluationPeriods) - real.length;
  const isYoung = points.length < evaluationPeriods;
  const { test, words } = COMPARISONS[rule.comparison];
  const breaching = real.filter((point) => test(point, threshold)).length;
  const shown = `[${real.join(', ')}]`;
  if (points.length === 0) return { state: previous, reason: 'No whole period has passed yet.' };
  const filled = treatMissingData === 'breaching' ? missing : 0;
  if (breaching + filled >= rule.datapointsToAlarm || isPremature(rule, points)) {
    const what =
      real.length === 0
        ? 'no datapoints were received'
        : `the last datapoints ${shown} were ${words} the threshold (${threshold})`;
    const treated = filled > 0 ? ` and ${filled} missing datapoints were treated as breaching` : '';
    return {
      state: 'ALARM',
      reason: `Threshold Crossed: ${breaching + filled} of ${evaluationPeriods} datapoints breaching: ${what}${treated}.`,
    };
  }
  if (filled > 0 && isYoung) return { state: previous, reason: 'The alarm is younger than its evaluation range.' };
  const isUndecided = missing > 0 && breaching === real.length;
  if (isUndecided && treatMissingData === 'ignore')
    return {
      state: previous,
      reason: `Missing data keeps the state; there is data of ${real.length} periods of ${periodMs / 1000} s.`,
    };
  if (isUndecided && treatMissingData === 'missing')
    return real.length === 0
      ? { state: 'INSUFFICIENT_DATA', reason: `Insufficient Data: ${missing} datapoints were unknown.` }
      : { state: previous, reason: 'The next datapoint may not be breaching.' };
  return {
    state: 'OK',
    reason: `Threshold not crossed: the last datapoints ${shown} were not ${words} the threshold (${threshold}), or not often enough.`,
  };
}

/** The statistic of each period of the evaluation range, newest first; undefined: no data. */
function pointsInRange(
  { periodMs, evaluationPeriods, statistic }: AlarmRule,
  samples: readonly Sample[],
  { now, since }: { readonly now: number; readonly since: number },
): readonly (number | undefined)[] {
  const inPeriod = (period: number) =>
    samples.filter(({ at }) => Math.floor(at / periodMs) === period).map(({ value }) => value);
  const current = Math.floor(now / periodMs);
  const last = inPeriod(current).length > 0 ? current : current - 1;
  return Array.from({ length: evaluationPeriods + MORE_PERIODS }, (_, index) => last - index)
    .filter((period) => period * periodMs >= since || inPeriod(period).length > 0)
    .map((period) => {
      const values = inPeriod(period);
      return values.length === 0 ? undefined : statisticOf(statistic, values);
    });
}

/**
 * "Alarms are designed to always go into ALARM state when the oldest available breaching datapoint during the Evaluation Periods
 * number of data points is at least as old as the value of Datapoints to Alarm, and all other more recent data points are breaching
 * or missing": `- - X - -`. The documentation's tables show it for data that counts as missing, and not where the range has an
 * older data point within the threshold.
 */
function isPremature(rule: AlarmRule, points: readonly (number | undefined)[]): boolean {
  if (rule.treatMissingData !== 'missing') return false;
  const { test } = COMPARISONS[rule.comparison];
  const real = points.flatMap((point, age) =>
    point === undefined ? [] : [{ age, isBreaching: test(point, rule.threshold) }],
  );
  const oldest = real.filter(({ age }) => age < rule.evaluationPeriods).at(-1);
  return (
    oldest !== undefined && oldest.age + 1 >= rule.datapointsToAlarm && real.every(({ isBreaching }) => isBreaching)
  );
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
