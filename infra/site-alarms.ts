import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ManagedSite } from '#failover/site.ts';
import { namesOf, nameWithin } from './names.ts';
import { METRICS_NAMESPACE, type SiteFunction } from './site-function.ts';

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

/** Makes the alarms of a site: named after its stack, told to its topic. */
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

  /** As a function of the site measures it, each minute. Powertools adds the function as the dimension `service`. */
  metric(
    service: 'route-swap' | 'health-probe' | 'config-push',
    metricName: string,
    { router, statistic = 'Sum' }: { readonly router?: string; readonly statistic?: string } = {},
  ): Metric {
    const { topology, name } = this.#site;
    return new Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap: { topology, site: name, service, ...(router !== undefined && { router }) },
      statistic,
      period: Duration.minutes(1),
    });
  }
}
