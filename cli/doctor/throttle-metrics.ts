import type { MetricId } from '#aws/metric-sums.ts';
import { METRICS_NAMESPACE, type Metric } from '#contracts/metrics.ts';
import { namesOf } from '#infra/names.ts';
import type { Site, Topology } from '#topology/topology.ts';

type Throttler = 'EC2' | 'Lambda' | 'API Gateway' | 'DynamoDB';

/** What AWS refused because it came too fast. */
export interface ThrottledCalls {
  readonly by: Throttler;
  /** A function, an action of EC2, a table, or the routers' requests. */
  readonly what: string;
  readonly times: number;
}

/** A metric that counts what is throttled. */
interface ThrottleMetric extends Omit<ThrottledCalls, 'times'> {
  readonly metric: MetricId;
}

/** Metrics whose dimensions are known from the names of the site. */
export function namedMetrics(topology: Topology, site: Site): readonly ThrottleMetric[] {
  const { routeSwap, healthProbe, configPush, notify } = namesOf(topology, site);
  const functions = Object.entries({
    'route-swap': routeSwap,
    'health-probe': healthProbe,
    'config-push': configPush,
    notify,
  });
  return [
    ...functions.map(([what, FunctionName]) => ({
      by: 'Lambda' as const,
      what,
      metric: { namespace: 'AWS/Lambda', name: 'Throttles', dimensions: { FunctionName } },
    })),
    {
      by: 'API Gateway',
      what: 'requests of routers',
      metric: {
        namespace: METRICS_NAMESPACE,
        name: 'ApiThrottled' satisfies Metric,
        dimensions: { topology: topology.name, site: site.name },
      },
    },
  ];
}

const TABLE_METRICS = ['ReadThrottleEvents', 'WriteThrottleEvents'] as const;

/**
 * Metrics that CloudWatch must list first. AWS/EC2/API exists only in accounts for which AWS has enabled it
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/monitor.html), and CloudFormation names the table.
 */
export const LISTED: readonly Pick<MetricId, 'namespace' | 'name'>[] = [
  { namespace: 'AWS/EC2/API', name: 'RequestLimitExceeded' },
  ...TABLE_METRICS.map((name) => ({ namespace: 'AWS/DynamoDB', name })),
];

/** Without one of them a swap cannot decide, move a route, or see that it has moved. */
const ACTIONS = ['ReplaceRoute', 'DescribeRouteTables', 'DescribeInstanceStatus', 'DescribeNetworkInterfaces'] as const;

/** Those of the listed metrics that are about the site. */
export function listedMetrics(topology: Topology, site: Site, listed: readonly MetricId[]): readonly ThrottleMetric[] {
  // `<stack>-<logical id>-<random>`. Another site's stack may begin with the same name: its table has more parts.
  const start = `${namesOf(topology, site).stack}-`;
  const isOwn = (table: string) =>
    table.startsWith(start) && /^[A-Za-z0-9]+-[A-Z0-9]+$/.test(table.slice(start.length));
  return listed.flatMap((metric): ThrottleMetric[] => {
    if (metric.namespace === 'AWS/DynamoDB') {
      const { TableName = '', ...others } = metric.dimensions;
      const isWhole = Object.keys(others).length === 0;
      return isWhole && isOwn(TableName) ? [{ by: 'DynamoDB', what: `requests for ${TableName}`, metric }] : [];
    }
    const action = ACTIONS.find((each) => Object.values(metric.dimensions).includes(each));
    return action === undefined ? [] : [{ by: 'EC2', what: action, metric }];
  });
}
