import type { JsonParameters } from '#emulator/aws-json.ts';
import { AwsError } from '#emulator/service.ts';
import type { MetricName, Metrics } from './metrics.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
const METRICS_IN_A_PAGE = 500;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MOST_QUERIES = 500;

/** Metrics of a Region, also those without a value in the past two weeks. Dimensions given must all be there; more may be. */
export function listMetrics(input: JsonParameters, region: string, metrics: Metrics): object {
  const [namespace, name] = [input.text('Namespace'), input.text('MetricName')];
  const asked = input.structures('Dimensions').map((each) => [each.required('Name'), each.text('Value')] as const);
  const first = Number(input.text('NextToken') ?? 0);
  const found = metrics
    .list(region)
    .filter((metric) => namespace === undefined || metric.namespace === namespace)
    .filter((metric) => name === undefined || metric.name === name)
    .filter(({ dimensions }) =>
      asked.every(([key, value]) => Object.hasOwn(dimensions, key) && (value ?? dimensions[key]) === dimensions[key]),
    );
  const next = first + METRICS_IN_A_PAGE;
  return {
    Metrics: found.slice(first, next).map(listed),
    ...(next < found.length && { NextToken: String(next) }),
  };
}

/** Sums of one metric a query, without metric math, in one page. A period without a value is absent. */
export function getMetricData(input: JsonParameters, region: string, metrics: Metrics): object {
  const queries = input.structures('MetricDataQueries');
  const [from, to] = [(input.number('StartTime') ?? 0) * 1000, (input.number('EndTime') ?? 0) * 1000];
  if (queries.length === 0 || queries.length > MOST_QUERIES)
    throw new AwsError('ValidationError', `MetricDataQueries must have 1 to ${MOST_QUERIES} members.`);
  if (from >= to) throw new AwsError('ValidationError', 'The parameter StartTime must be less than EndTime.');
  return {
    MetricDataResults: queries.map((query) => {
      const stat = query.structure('MetricStat');
      const period = stat.number('Period') ?? 0;
      if (period <= 0 || period % 60 !== 0)
        throw new AwsError('ValidationError', 'Period must be a multiple of 60 seconds.');
      if (stat.required('Stat') !== 'Sum') throw new AwsError('ValidationError', 'Only the statistic Sum is emulated.');
      const metric = metricOf(stat.structure('Metric'), region);
      const sums = new Map<number, number>();
      for (const { at, value } of metrics.samples(metric, from).filter((each) => each.at < to)) {
        const start = Math.floor(at / (period * 1000)) * period;
        sums.set(start, (sums.get(start) ?? 0) + value);
      }
      return {
        Id: query.required('Id'),
        Label: metric.name,
        Timestamps: [...sums.keys()],
        Values: [...sums.values()],
        StatusCode: 'Complete',
      };
    }),
    Messages: [],
  };
}

function metricOf(metric: JsonParameters, region: string): MetricName {
  const dimensions = metric
    .structures('Dimensions')
    .map((each) => [each.required('Name'), each.required('Value')] as const);
  return {
    region,
    namespace: metric.required('Namespace'),
    name: metric.required('MetricName'),
    dimensions: Object.fromEntries(dimensions),
  };
}

const listed = ({ namespace, name, dimensions }: MetricName): object => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
});
