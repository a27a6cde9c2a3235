import { ArnFormat, Duration, type Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type ManagedRouter, type ManagedSite, routersOf } from '#failover/site.ts';
import { METRICS_NAMESPACE, type SiteFunction } from './site-function.ts';

/** What people are told, through one SNS topic per site: alarms, and the sentence of each failover. */
export class Alarms extends Construct {
  readonly topic: Topic;
  /** On EC2's status checks, one a router. */
  readonly statusChecks: readonly Alarm[];
  readonly #site: ManagedSite;
  readonly #prefix: string;

  constructor(
    scope: Construct,
    id: string,
    { stack, site, routeSwap }: { stack: Stack; site: ManagedSite; routeSwap: SiteFunction },
  ) {
    super(scope, id);
    this.#site = site;
    this.#prefix = stack.stackName;
    this.topic = new Topic(this, 'Topic', {
      displayName: `vyos-failover ${site.topology} ${site.name}`,
      enforceSSL: true,
    });
    this.#letAlarmsPublish(stack);
    this.#tellSentences();
    this.#onCount('failover-happened', 'FailoverCompleted', 'Routes of the site moved to the other router.');
    this.#onCount(
      'failover-partial',
      'FailoverPartial',
      'A swap did not move every route, or could not see the site; the next trigger goes on with it.',
    );
    this.#onCount(
      'failover-refused',
      'FailoverRefused',
      'A failover was asked for and a rule said no. Both routers may be unfit: look now.',
    );
    this.#onCount(
      'foreign-routes',
      'ForeignRoutes',
      'A managed route points at neither router, or is missing. It is never touched: look.',
    );
    this.#alarm('swap-failed', {
      metric: routeSwap.function.metricErrors({ period: Duration.minutes(1) }),
      threshold: 1,
      description: 'route-swap itself failed. Routes may be where they were.',
    });
    this.#onCount(
      'lock-bypassed',
      'LockBypassed',
      'A swap went on without lease and journal, because the table did not answer.',
    );
    this.#alarm('not-ready', {
      metric: this.#metric('FailoverReady', 'Minimum'),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: 3,
      description: 'For three minutes the site could not have failed over. health-probe logs why.',
    });
    this.statusChecks = routersOf(site).map((router) =>
      this.#alarm(`status-check-${router.name}`, {
        metric: statusCheckFailed(router),
        threshold: 1,
        periods: 2,
        description: `EC2's status check of ${router.name} fails.`,
      }),
    );
    this.#alarm('probe-missing', {
      metric: this.#metric('ProbeRounds'),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      periods: 3,
      missing: TreatMissingData.BREACHING,
      description: 'health-probe has not finished a round for three minutes: nobody watches the site.',
    });
  }

  /** A topic with a policy of its own (enforceSSL) has lost the default one, which lets the account's alarms publish. */
  #letAlarmsPublish(stack: Stack): void {
    const alarms = stack.formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: { ArnLike: { 'aws:SourceArn': alarms } } }),
    );
  }

  /** The event carries what an alarm cannot: who, why, how long. */
  #tellSentences(): void {
    new Rule(this, 'Announcements', {
      description: `Tells people about failovers of site ${this.#site.name}`,
      eventPattern: {
        source: ['vyos-failover'],
        detailType: TOLD,
        detail: { topology: [this.#site.topology], site: [this.#site.name] },
      },
      targets: [
        new SnsTopic(this.topic, {
          // One line: SNS shows a transformed text as a JSON string, quotes, \n and all.
          message: RuleTargetInput.fromText(
            `${EventField.detailType} (${this.#site.topology} ${this.#site.name}): ${EventField.fromPath('$.detail.says')} ` +
              `${EventField.time}`,
          ),
        }),
      ],
    });
  }

  #onCount(name: string, metricName: string, description: string): void {
    this.#alarm(name, { metric: this.#metric(metricName), threshold: 1, description });
  }

  #metric(metricName: string, statistic = 'Sum'): Metric {
    const { topology, name } = this.#site;
    return new Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap: { topology, site: name, service: SERVICE_OF[metricName] ?? 'route-swap' },
      statistic,
      period: Duration.minutes(1),
    });
  }

  #alarm(name: string, of: AlarmOf): Alarm {
    const alarm = new Alarm(this, name, {
      alarmName: `${this.#prefix}-${name}`,
      alarmDescription: of.description,
      metric: of.metric,
      threshold: of.threshold,
      comparisonOperator: of.comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: of.periods ?? 1,
      treatMissingData: of.missing ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    return alarm;
  }
}

/** Events that people get as a message. */
const TOLD = [
  'Failover Completed',
  'Failover Refused',
  'Failover Partial',
  'Failover Noted',
  'Site Degraded',
  'Site Recovered',
  'Config Pushed',
  'Pause Ending',
  'Pause Ended',
];

interface AlarmOf {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly description: string;
  /** Default: at or above the threshold. */
  readonly comparison?: ComparisonOperator;
  /** Minutes in a row. Default 1. */
  readonly periods?: number;
  /** Default: no data is no alarm. */
  readonly missing?: TreatMissingData;
}

/** Powertools adds the service that measured as a dimension. */
const SERVICE_OF: Readonly<Record<string, string>> = { ProbeRounds: 'health-probe', FailoverReady: 'health-probe' };

function statusCheckFailed({ instance }: ManagedRouter): Metric {
  return new Metric({
    namespace: 'AWS/EC2',
    metricName: 'StatusCheckFailed',
    dimensionsMap: { InstanceId: instance },
    statistic: 'Maximum',
    period: Duration.minutes(1),
  });
}
