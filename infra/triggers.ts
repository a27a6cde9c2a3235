import { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Match, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type ManagedSite, routersOf } from '#failover/site.ts';
import { PROBE_EVERY_S } from '#functions/health-probe/settings.ts';
import type { SiteFunction } from './site-function.ts';

export interface TriggersProps {
  readonly site: ManagedSite;
  readonly routeSwap: SiteFunction;
  readonly healthProbe: SiteFunction;
  /** Alarms on EC2's status checks of the routers. */
  readonly statusChecks: readonly Alarm[];
}

/** What starts the functions besides the routers' own reports. */
export class Triggers extends Construct {
  constructor(scope: Construct, id: string, { site, routeSwap, healthProbe, statusChecks }: TriggersProps) {
    super(scope, id);
    const toRouteSwap = new LambdaFunction(routeSwap.function, { retryAttempts: 2, maxEventAge: Duration.minutes(5) });
    new Rule(this, 'EveryMinute', {
      description: `Probes site ${site.name} every minute`,
      schedule: Schedule.rate(Duration.seconds(PROBE_EVERY_S)),
      // A late round is not needed: the next one is due within a minute.
      targets: [new LambdaFunction(healthProbe.function, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    new Rule(this, 'RouterNotRunning', {
      description: `A router of site ${site.name} stops, or EC2 announces or recommends that it does`,
      // One rule for all three: a bus has 300 by default, which 60 sites of a region use up with five each.
      // EC2's events are best effort (EventBridge documentation), so they are never the only trigger.
      eventPattern: {
        source: ['aws.ec2'],
        detailType: [
          'EC2 Instance State-change Notification',
          'EC2 Spot Instance Interruption Warning',
          'EC2 Instance Rebalance Recommendation',
        ],
        detail: {
          'instance-id': routersOf(site).map((router) => router.instance),
          // Notices of Spot have no state.
          state: ['stopping', 'stopped', 'shutting-down', 'terminated', ...Match.doesNotExist()],
        },
      },
      targets: [toRouteSwap],
    });
    new Rule(this, 'EventScheduled', {
      description: `AWS Health announces an event of a router of site ${site.name}`,
      // The probe reads EC2's list of events each minute; this rule is faster, and also delivers events that are not in the list.
      eventPattern: {
        source: ['aws.health'],
        detailType: ['AWS Health Event'],
        // Ids, or ARNs that end with them.
        resources: routersOf(site).flatMap(({ instance }) => Match.suffix(instance)),
        detail: { service: ['EC2'], eventTypeCategory: ['scheduledChange'] },
      },
      targets: [toRouteSwap],
    });
    new Rule(this, 'StatusCheckFailed', {
      description: `EC2's status check of a router of site ${site.name} fails`,
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: statusChecks.map((alarm) => alarm.alarmName), state: { value: ['ALARM'] } },
      },
      targets: [toRouteSwap],
    });
  }
}
