import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { MetricOf } from '#contracts/metrics.ts';
import { type ManagedRouter, type ManagedSite, routersOf } from '#failover/site.ts';
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

/** What people must look at. */
export class Alarms extends Construct {
  /** On EC2's status checks, one a router. */
  readonly statusChecks: readonly Alarm[];

  constructor(scope: Construct, id: string, { site, topic, routeSwap, healthProbe, api }: AlarmsProps) {
    super(scope, id);
    const alarms = new SiteAlarms(this, site, topic);
    addSwapAlarms(alarms, routeSwap);
    addReadinessAlarms(alarms, site, healthProbe);
    addReportPathAlarms(alarms, site, routeSwap, api);
    this.statusChecks = routersOf(site).map((router) =>
      alarms.add(
        'status-check',
        {
          metric: statusCheckFailed(router),
          periods: 2,
          description: `EC2's status check of ${router.name} fails: switch over if it holds the routes, then stop and start it.`,
        },
        router.name,
      ),
    );
  }
}

/** What came of swaps. */
function addSwapAlarms(alarms: SiteAlarms, routeSwap: SiteFunction): void {
  const onCount = (name: string, metric: MetricOf<'route-swap'>, description: string) =>
    alarms.add(name, { metric: alarms.metric(metric), description });
  onCount(
    'failover-happened',
    'FailoverCompleted',
    'Routes moved to the other router: see why with vyos-failover history, and repair the one that lost them.',
  );
  onCount(
    'failover-partial',
    'FailoverPartial',
    'A swap did not move every route, or could not see the site: the next trigger goes on with it; if this stays, see which routes and why with vyos-failover history.',
  );
  onCount(
    'failover-refused',
    'FailoverRefused',
    'A failover was asked for and a rule said no, and both routers may be unfit: look now with vyos-failover explain.',
  );
  onCount(
    'foreign-routes',
    'ForeignRoutes',
    'A managed route points at neither router, or is missing, and is not touched: see which with vyos-failover status, and point it at the owner.',
  );
  onCount(
    'lock-bypassed',
    'LockBypassed',
    'A swap went on without lease and journal, because the table could not be read or written: see with vyos-failover status that all routes are at one router.',
  );
  alarms.addErrors(
    'swap-failed',
    routeSwap,
    'route-swap itself failed or ran out of time, and routes may be where they were: read its log, and look with vyos-failover status.',
  );
}

/** Whether the site could fail over, and whether anybody knows. */
function addReadinessAlarms(alarms: SiteAlarms, site: ManagedSite, healthProbe: SiteFunction): void {
  alarms.add('not-ready', {
    metric: alarms.metric('FailoverReady', 'Minimum'),
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    periods: 3,
    description:
      'For three minutes the site could not have failed over: see what is missing with vyos-failover status.',
  });
  alarms.add('probe-missing', {
    metric: alarms.metric('ProbeRounds'),
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    periods: 3,
    missing: TreatMissingData.BREACHING,
    description: 'health-probe has not finished a round for three minutes and nobody watches the site: read its log.',
  });
  alarms.addErrors(
    'probe-failed',
    healthProbe,
    'health-probe itself failed or ran out of time, and a round of it is missing: read its log.',
  );
  alarms.add('probe-throttled', {
    metric: healthProbe.function.metricThrottles({ period: Duration.minutes(1) }),
    description:
      'Lambda had no environment for health-probe, and a round of it is late or missing: other functions use up the concurrency of the account in this region.',
  });
  for (const { name } of routersOf(site)) {
    alarms.add(
      'contact-missing',
      {
        metric: alarms.routerMetric('ContactMissing', name, 'Maximum'),
        periods: 3,
        missing: TreatMissingData.BREACHING,
        description: `${name} has not shown for five minutes that it could report a failure: read /var/log/vyos-failover.log on it, which has each answer of the API.`,
      },
      name,
    );
  }
}

/** Reports that do not get through. */
function addReportPathAlarms(alarms: SiteAlarms, site: ManagedSite, routeSwap: SiteFunction, api: EventApi): void {
  alarms.add('report-rejected', {
    metric: alarms.metric('ReportRejected'),
    description: "A message was not taken for a router's: the log of route-swap says who called, and who was expected.",
  });
  alarms.add('api-refused', {
    metric: api.refusals,
    threshold: REFUSALS_A_MINUTE,
    description: `The API of site ${site.name} refuses a flood of requests: its access log says from where, and whether reports get through.`,
  });
  alarms.add('api-throttled', {
    metric: api.throttled,
    description: `The API of site ${site.name} throttles, and reports may be among what it turns away: its access log says who floods it.`,
  });
  alarms.add('swap-throttled', {
    metric: routeSwap.function.metricThrottles({ period: Duration.minutes(1) }),
    description:
      'Lambda had no environment for route-swap: raise reservedConcurrency in the topology, and see in the access log of the API who asks so often.',
  });
}

function statusCheckFailed({ instance }: ManagedRouter): Metric {
  return new Metric({
    namespace: 'AWS/EC2',
    metricName: 'StatusCheckFailed',
    dimensionsMap: { InstanceId: instance },
    statistic: 'Maximum',
    period: Duration.minutes(1),
  });
}
