import { Duration } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { WatchedMetric } from '#contracts/alarms.ts';
import { METRICS, METRICS_NAMESPACE, type Metric as MetricName } from '#contracts/metrics.ts';
import type { ManagedSite } from '#failover/site.ts';
import type { EventApi } from './event-api.ts';
import type { SiteFunction } from './site-function.ts';

export type Statistic = 'Sum' | 'Minimum' | 'Maximum' | 'SampleCount';

/** What AWS's own metrics of a site are about. */
export interface MetricSources {
  readonly functions?: Partial<Record<(WatchedMetric & { of: 'lambda' })['function'], SiteFunction>>;
  readonly api?: EventApi;
  readonly deadLetters?: IQueue;
}

/** A router, and its instance: `i-…`, or a reference to an instance of the same stack. */
export interface AlarmSubject {
  readonly router: string;
  readonly instance?: string;
}

const period = Duration.minutes(1);

/**
 * The CloudWatch metric that an alarm watches, in periods of one minute.
 *
 * @throws Error if the source of the metric is not given
 */
export function watchedMetric(
  watches: WatchedMetric,
  statistic: Statistic,
  site: ManagedSite,
  { functions, api, deadLetters }: MetricSources,
  about?: AlarmSubject,
): IMetric {
  switch (watches.of) {
    case 'site':
      return siteMetric(site, watches.metric, statistic);
    case 'router':
      return siteMetric(site, watches.metric, statistic, given(about, 'router').router);
    case 'lambda': {
      const { function: fn } = given(functions?.[watches.function], watches.function);
      return fn.metric(watches.metric, { statistic, period });
    }
    case 'api':
      return given(api, 'API')[watches.metric];
    case 'dead-letters':
      return given(deadLetters, 'queue').metric(watches.metric, { statistic, period });
    case 'ec2': {
      const dimensionsMap = { InstanceId: given(about?.instance, 'instance') };
      return new Metric({ namespace: 'AWS/EC2', metricName: watches.metric, dimensionsMap, statistic, period });
    }
  }
}

/** As a function of the site emits it, in periods of one minute. */
export function siteMetric(site: ManagedSite, metricName: MetricName, statistic: Statistic, router?: string): Metric {
  const { service } = METRICS[metricName];
  const dimensionsMap = { topology: site.topology, site: site.name, service };
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: router === undefined ? dimensionsMap : { ...dimensionsMap, router },
    statistic,
    period,
  });
}

function given<Source>(source: Source | undefined, what: string): Source {
  if (source === undefined) throw new Error(`An alarm needs the ${what} that it watches.`);
  return source;
}
