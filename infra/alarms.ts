import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { MetricOf } from '#contracts/metrics.ts';
import { type ManagedSite, routersOf } from '#failover/site.ts';
import type { EventApi } from './event-api.ts';
import { SiteAlarms } from './site-alarms.ts';
import type { SiteFunction } from './site-function.ts';

export interface AlarmsProps {
  readonly site: ManagedSite;
  readonly topic: ITopic;
  readonly routeSwap: SiteFunction;
  readonly healthProbe: SiteFunction;
  readonly api: EventApi;
}

/** Two routers with heartbeats, contacts and reports, and the witnesses of a hundred sites, stay below it. */
const REFUSALS_A_MINUTE = 300;

/** The alarms of the swaps, of readiness and of the reports. */
export class Alarms extends Construct {
  /** On EC2's status checks, one for each existing router; a created router's is in the stack of its instance. */
  readonly statusChecks: readonly Alarm[];

  constructor(scope: Construct, id: string, { site, topic, routeSwap, healthProbe, api }: AlarmsProps) {
    super(scope, id);
    const alarms = new SiteAlarms(this, site, topic);
    addSwapAlarms(alarms, routeSwap);
    addReadinessAlarms(alarms, site, healthProbe);
    addReportPathAlarms(alarms, site, routeSwap, api);
    this.statusChecks = routersOf(site).flatMap(({ name, instance }) =>
      instance === undefined ? [] : [addStatusCheckAlarm(alarms, name, instance)],
    );
  }
}

/** On the results of swaps. */
function addSwapAlarms(alarms: SiteAlarms, routeSwap: SiteFunction): void {
  const onCount = (name: string, metric: MetricOf<'route-swap'>, description: string) =>
    alarms.add(name, { metric: alarms.metric(metric), description });
  onCount(
    'failover-happened',
    'FailoverCompleted',
    'Routes moved to the other router: vyos-failover history shows the reason. Repair the router that lost them.',
  );
  onCount(
    'failover-partial',
    'FailoverPartial',
    'A swap did not move every route, or the site could not be observed. The next trigger continues it. If the alarm stays on, vyos-failover history shows the routes and the reason.',
  );
  onCount(
    'failover-refused',
    'FailoverRefused',
    'A rule refused a failover, and both routers may be unfit: run vyos-failover explain now.',
  );
  onCount(
    'foreign-routes',
    'ForeignRoutes',
    'A managed route points at neither router, or is missing, and is not changed: vyos-failover status names it. Point it at the owner.',
  );
  onCount(
    'lock-bypassed',
    'LockBypassed',
    'A swap moved routes without lease and journal, because the table could not be read or written: check with vyos-failover status that all routes are at one router.',
  );
  alarms.addErrors(
    'swap-failed',
    routeSwap,
    'route-swap failed or timed out, and routes may not have moved: read its log, and run vyos-failover status.',
  );
}

/** On whether the site could fail over, and on the probe that measures it. */
function addReadinessAlarms(alarms: SiteAlarms, site: ManagedSite, healthProbe: SiteFunction): void {
  alarms.add('not-ready', {
    metric: alarms.metric('FailoverReady', 'Minimum'),
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    periods: 3,
    description: 'The site could not have failed over for three minutes: vyos-failover status shows why.',
  });
  alarms.add('probe-missing', {
    metric: alarms.metric('ProbeRounds'),
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    periods: 3,
    missing: TreatMissingData.BREACHING,
    description: 'health-probe has not finished a round for three minutes, so the site is not monitored: read its log.',
  });
  alarms.addErrors(
    'probe-failed',
    healthProbe,
    'health-probe failed or timed out, and a round is missing: read its log.',
  );
  alarms.add('probe-throttled', {
    metric: healthProbe.function.metricThrottles({ period: Duration.minutes(1) }),
    description:
      'Lambda throttled health-probe, and a round is late or missing: other functions use up the concurrency of the account in this Region.',
  });
  for (const { name } of routersOf(site)) {
    alarms.add(
      'contact-missing',
      {
        metric: alarms.routerMetric('ContactMissing', name, 'Maximum'),
        periods: 3,
        missing: TreatMissingData.BREACHING,
        description: `${name} has not proven for five minutes that its reports arrive: read /var/log/vyos-failover.log on the router, which has each answer of the API.`,
      },
      name,
    );
  }
}

/** On reports that do not arrive. */
function addReportPathAlarms(alarms: SiteAlarms, site: ManagedSite, routeSwap: SiteFunction, api: EventApi): void {
  alarms.add('report-rejected', {
    metric: alarms.metric('ReportRejected'),
    description:
      'A message was not accepted as that of a router: the log of route-swap has its caller and the expected one.',
  });
  alarms.add('api-refused', {
    metric: api.refusals,
    threshold: REFUSALS_A_MINUTE,
    description: `The API of site ${site.name} refuses a flood of requests: its access log has the senders, and whether reports arrive.`,
  });
  alarms.add('api-throttled', {
    metric: api.throttled,
    description: `The API of site ${site.name} throttles requests, possibly reports: its access log has the senders.`,
  });
  alarms.add('swap-throttled', {
    metric: routeSwap.function.metricThrottles({ period: Duration.minutes(1) }),
    description:
      'Lambda throttled route-swap: raise reservedConcurrency in the topology, and find the sender of many requests in the access log of the API.',
  });
}

/**
 * On EC2's status checks of a router.
 *
 * @param instance `i-…`, or a reference to an instance of the same stack
 */
export function addStatusCheckAlarm(alarms: SiteAlarms, router: string, instance: string): Alarm {
  const metric = new Metric({
    namespace: 'AWS/EC2',
    metricName: 'StatusCheckFailed',
    dimensionsMap: { InstanceId: instance },
    statistic: 'Maximum',
    period: Duration.minutes(1),
  });
  const description = `EC2's status check of ${router} fails: switch over if it holds the routes, then stop and start it.`;
  return alarms.add('status-check', { metric, periods: 2, description }, router);
}
