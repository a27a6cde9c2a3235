import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AlarmName } from '#contracts/alarms.ts';
import { type ManagedSite, routersOf } from '#failover/site.ts';
import type { EventApi } from './event-api.ts';
import { SiteAlarms } from './site-alarms.ts';
import type { SiteFunction } from './site-function.ts';

export interface AlarmsProps {
  readonly site: ManagedSite;
  readonly routeSwap: SiteFunction;
  readonly healthProbe: SiteFunction;
  readonly api: EventApi;
  readonly deadLetters: IQueue;
}

/** Alarms of the site as a whole. Those of pushes are made with config-push, a created router's with its instance. */
const OF_THE_SITE = [
  'traffic-lost',
  'failover-happened',
  'failover-partial',
  'failover-refused',
  'foreign-routes',
  'lock-bypassed',
  'swap-failed',
  'not-ready',
  'probe-missing',
  'report-rejected',
  'api-refused',
  'api-throttled',
  'swap-throttled',
  'push-unsettled',
  'dead-letters',
] as const satisfies readonly AlarmName[];

/** The alarms of the swaps, of readiness and of the reports. */
export class Alarms extends Construct {
  /** On EC2's status checks, one for each existing router; a created router's is in the stack of its instance. */
  readonly statusChecks: readonly Alarm[];

  constructor(scope: Construct, id: string, { site, routeSwap, healthProbe, api, deadLetters }: AlarmsProps) {
    super(scope, id);
    const functions = { 'route-swap': routeSwap, 'health-probe': healthProbe };
    const alarms = new SiteAlarms(this, site, { functions, api, deadLetters });
    for (const name of OF_THE_SITE) alarms.add(name);
    for (const { name: router } of routersOf(site)) alarms.add('contact-missing', { router });
    this.statusChecks = routersOf(site).flatMap(({ name: router, instance }) =>
      instance === undefined ? [] : [alarms.add('status-check', { router, instance })],
    );
  }
}
