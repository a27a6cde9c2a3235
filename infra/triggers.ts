import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type ManagedSite, routersOf } from '#failover/site.ts';
import type { SiteFunction } from './site-function.ts';

/** What starts the functions besides the routers' own reports. */
export class Triggers extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { site, routeSwap, healthProbe }: { site: ManagedSite; routeSwap: SiteFunction; healthProbe: SiteFunction },
  ) {
    super(scope, id);
    new Rule(this, 'EveryMinute', {
      description: `Looks at site ${site.name}`,
      schedule: Schedule.rate(Duration.minutes(1)),
      // A late round is worse than none: the next one is due within the minute.
      targets: [new LambdaFunction(healthProbe.function, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    new Rule(this, 'RouterNotRunning', {
      description: `A router of site ${site.name} stops`,
      // EC2's events are best effort (EventBridge documentation), so they are never the only trigger.
      eventPattern: {
        source: ['aws.ec2'],
        detailType: ['EC2 Instance State-change Notification'],
        detail: {
          'instance-id': routersOf(site).map((router) => router.instance),
          state: ['stopping', 'stopped', 'shutting-down', 'terminated'],
        },
      },
      targets: [new LambdaFunction(routeSwap.function, { retryAttempts: 2, maxEventAge: Duration.minutes(1) })],
    });
  }
}
