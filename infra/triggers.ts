import { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type ManagedSite, routersOf } from '#failover/site.ts';
import { PROBE_EVERY_S } from '#functions/health-probe/settings.ts';
import { addInstanceTriggers, routeSwapTarget } from './instance-triggers.ts';
import type { SiteFunction } from './site-function.ts';

export interface TriggersProps {
  readonly site: ManagedSite;
  readonly routeSwap: SiteFunction;
  readonly healthProbe: SiteFunction;
  /** Alarms on EC2's status checks of the existing routers. */
  readonly statusChecks: readonly Alarm[];
  /** Gets the events that do not reach route-swap. */
  readonly deadLetters: IQueue;
}

/** What starts the functions besides the routers' own reports. */
export class Triggers extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { site, routeSwap, healthProbe, statusChecks, deadLetters }: TriggersProps,
  ) {
    super(scope, id);
    new Rule(this, 'EveryMinute', {
      description: `Probes site ${site.name} every minute`,
      schedule: Schedule.rate(Duration.seconds(PROBE_EVERY_S)),
      // A late round is not needed: the next one is due within a minute.
      targets: [new LambdaFunction(healthProbe.function, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    const instances = routersOf(site).flatMap(({ instance }) => (instance === undefined ? [] : [instance]));
    if (!isNotEmpty(instances)) return;
    const target = routeSwapTarget(routeSwap.function, deadLetters);
    addInstanceTriggers(this, { subject: `A router of site ${site.name}`, instances, statusChecks, routeSwap: target });
  }
}

function isNotEmpty(texts: readonly string[]): texts is readonly [string, ...string[]] {
  return texts.length > 0;
}
