import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { ALARMS, type AlarmDefinition, type AlarmName, alarmDescription } from '#contracts/alarms.ts';
import type { ManagedSite } from '#failover/site.ts';
import { type AlarmSubject, type MetricSources, watchedMetric } from './alarm-metrics.ts';
import { namesOf, nameWithin } from './names.ts';

/**
 * Makes the alarms of a site from the table `ALARMS`, named after its stack. The notifier gets their changes as events
 * (`notifications.ts`).
 */
export class SiteAlarms {
  readonly #scope: Construct;
  readonly #site: ManagedSite;
  readonly #sources: MetricSources;

  constructor(scope: Construct, site: ManagedSite, sources: MetricSources = {}) {
    this.#scope = scope;
    this.#site = site;
    this.#sources = sources;
  }

  /** @param about the router, for an alarm that there is one of for each router */
  add(name: AlarmName, about?: AlarmSubject): Alarm {
    const { topology, name: site } = this.#site;
    const of: AlarmDefinition = ALARMS[name];
    const parts = about === undefined ? [name] : [name, about.router];
    return new Alarm(this.#scope, parts.join('-'), {
      alarmName: nameWithin(namesOf({ name: topology }, { name: site }).stack, ...parts),
      alarmDescription: alarmDescription(name, { site, ...about }),
      metric: watchedMetric(of.watches, of.statistic ?? 'Sum', this.#site, this.#sources, about),
      threshold: of.threshold ?? 1,
      comparisonOperator: COMPARISONS[of.rises ?? 'atLeast'],
      evaluationPeriods: of.periods ?? 1,
      treatMissingData: of.missing === 'breaching' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }
}

const COMPARISONS = {
  atLeast: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
} as const;
