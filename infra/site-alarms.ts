import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { METRICS, METRICS_NAMESPACE, type MetricOf, type RouterMetric } from '#contracts/metrics.ts';
import type { ManagedSite } from '#failover/site.ts';
import { namesOf, nameWithin } from './names.ts';
import type { SiteFunction } from './site-function.ts';

type SiteMetric = MetricOf<'route-swap' | 'health-probe' | 'config-push'>;
type Statistic = 'Sum' | 'Minimum' | 'Maximum';

export interface AlarmOf {
  readonly metric: IMetric;
  /** One sentence that says what to do. */
  readonly description: string;
  /** Default: 1. */
  readonly threshold?: number;
  /** Default: at or above the threshold. */
  readonly comparison?: ComparisonOperator;
  /** Minutes in a row. Default 1. */
  readonly periods?: number;
  /** Default: no data is no alarm. */
  readonly missing?: TreatMissingData;
}

/** Makes the alarms of a site: named after its stack, published to its topic. */
export class SiteAlarms {
  readonly #scope: Construct;
  readonly #site: ManagedSite;
  readonly #topic: ITopic;

  constructor(scope: Construct, site: ManagedSite, topic: ITopic) {
    this.#scope = scope;
    this.#site = site;
    this.#topic = topic;
  }

  /** @param about what of the site, such as a router. Default: the site as a whole */
  add(name: string, { metric, description, ...of }: AlarmOf, ...about: readonly string[]): Alarm {
    const { topology, name: site } = this.#site;
    const alarm = new Alarm(this.#scope, [name, ...about].join('-'), {
      alarmName: nameWithin(namesOf({ name: topology }, { name: site }).stack, name, ...about),
      alarmDescription: description,
      metric,
      threshold: of.threshold ?? 1,
      comparisonOperator: of.comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: of.periods ?? 1,
      treatMissingData: of.missing ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
    return alarm;
  }

  /** Lambda counts an exception and a timeout as an error; neither leaves the function time to say anything. */
  addErrors(name: string, { function: fn }: SiteFunction, description: string): Alarm {
    return this.add(name, { metric: fn.metricErrors({ period: Duration.minutes(1) }), description });
  }

  /** As a function of the site emits it, in periods of one minute. */
  metric(name: SiteMetric, statistic: Statistic = 'Sum'): Metric {
    return this.#metric(name, {}, statistic);
  }

  /** The same about one router. */
  routerMetric(name: RouterMetric, router: string, statistic: Statistic = 'Sum'): Metric {
    return this.#metric(name, { router }, statistic);
  }

  #metric(metricName: SiteMetric | RouterMetric, more: { readonly router?: string }, statistic: Statistic): Metric {
    const { topology, name: site } = this.#site;
    return new Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap: { topology, site, service: METRICS[metricName].service, ...more },
      statistic,
      period: Duration.minutes(1),
    });
  }
}
