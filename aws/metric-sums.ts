import {
  CloudWatchClient,
  GetMetricDataCommand,
  ListMetricsCommand,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { BOUNDED_DESK } from './bounds.ts';

/** A metric of CloudWatch, exactly: it does not aggregate over dimensions. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A span of time, ms since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Metrics of a name that had a value in the past two weeks, with all their dimensions. @throws the SDK's error */
export async function listMetrics(
  region: string,
  { namespace, name }: Pick<MetricId, 'namespace' | 'name'>,
  signal?: AbortSignal,
): Promise<readonly MetricId[]> {
  const cloudWatch = new CloudWatchClient({ ...BOUNDED_DESK, region });
  const found: MetricId[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudWatch.send(
      new ListMetricsCommand({ Namespace: namespace, MetricName: name, NextToken }),
      signal && { abortSignal: signal },
    );
    for (const { Dimensions = [] } of page.Metrics ?? []) {
      const dimensions = Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
      found.push({ namespace, name, dimensions });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

/** What metrics of counts add up to, in the order given; 0 without a value. At most 500 metrics. @throws the SDK's error */
export async function metricSums(
  region: string,
  metrics: readonly MetricId[],
  { from, to }: Span,
  signal?: AbortSignal,
): Promise<readonly number[]> {
  if (metrics.length === 0) return [];
  const cloudWatch = new CloudWatchClient({ ...BOUNDED_DESK, region });
  const results: MetricDataResult[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(from),
        EndTime: new Date(to),
        MetricDataQueries: metrics.map(({ namespace, name, dimensions }, index) => ({
          Id: `m${index}`,
          MetricStat: {
            Metric: {
              Namespace: namespace,
              MetricName: name,
              Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
            },
            Period: PERIOD_S,
            Stat: 'Sum',
          },
        })),
        NextToken,
      }),
      signal && { abortSignal: signal },
    );
    const failed = page.MetricDataResults?.find(({ StatusCode }) => /Error|Forbidden/.test(StatusCode ?? ''));
    if (failed !== undefined) throw new Error(`CloudWatch could not read ${failed.Label}: ${failed.StatusCode}`);
    results.push(...(page.MetricDataResults ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return metrics.map((_, index) =>
    results
      .filter(({ Id }) => Id === `m${index}`)
      .flatMap(({ Values = [] }) => Values)
      .reduce((sum, value) => sum + value, 0),
  );
}

const PERIOD_S = 3_600;
