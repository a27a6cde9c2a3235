/**
 * Every alarm of a site. `infra/` makes the alarms from this table, `functions/notify` decides by it which of them become messages, and
 * tests require a section of `docs/runbook.md` and a proof by the emulator for each.
 */
import type { DetailType } from './events.ts';
import type { MetricOf, RouterMetric } from './metrics.ts';

/**
 * `down`: traffic is lost now. `degraded`: redundancy or the means of a failover are lost, and the next failure may lose traffic.
 * `attention`: to be looked at during working hours.
 */
export type Severity = 'down' | 'degraded' | 'attention';

/** What an alarm measures, in periods of one minute. */
export type WatchedMetric =
  /** A metric of a function about its site (`contracts/metrics.ts`). */
  | { readonly of: 'site'; readonly metric: MetricOf<'route-swap' | 'health-probe' | 'config-push'> }
  /** The same about one router: there is one alarm for each. */
  | { readonly of: 'router'; readonly metric: RouterMetric }
  /** Lambda's own. An exception and a timeout are errors. */
  | {
      readonly of: 'lambda';
      readonly function: 'route-swap' | 'health-probe' | 'config-push' | 'notify';
      readonly metric: 'Errors' | 'Throttles';
    }
  /** `refusals`: answers from 400 to 499, API Gateway's and route-swap's. `throttled`: answers of 429. */
  | { readonly of: 'api'; readonly metric: 'refusals' | 'throttled' }
  /** Of the site's queue of what Lambda and EventBridge gave up. */
  | { readonly of: 'dead-letters'; readonly metric: 'ApproximateNumberOfMessagesVisible' }
  /** EC2's status checks of one router's instance. */
  | { readonly of: 'ec2'; readonly metric: 'StatusCheckFailed' };

export interface AlarmDefinition {
  readonly severity: Severity;
  /** One sentence, with `{site}` and, for an alarm of one router, `{router}`. It says what is the case; what to do is in the runbook. */
  readonly says: string;
  /** Detail types of the events that announce the same outcome. Empty: only the alarm announces it. */
  readonly events: readonly DetailType[];
  /** It publishes to the topic itself, because it is about the notifier. Default: the notifier does. */
  readonly notifiesItself?: boolean;
  /**
   * It is about something that happened, and ends minutes later, whatever has become of it: no message says that it is over. Default: it is
   * about a state, and its end is the state's.
   */
  readonly endsByItself?: boolean;
  readonly watches: WatchedMetric;
  /** Default: Sum. */
  readonly statistic?: 'Sum' | 'Minimum' | 'Maximum' | 'SampleCount';
  /** Default: 1. */
  readonly threshold?: number;
  /** `atLeast`: the alarm rises at or above the threshold, the default. `below`: below it. */
  readonly rises?: 'atLeast' | 'below';
  /**
   * How many of the last minutes with data must breach: all of these. Default: 1. CloudWatch reads two minutes more than it evaluates, in
   * case some have no data: an alarm on a metric that stops changes three minutes after its last data, or later.
   */
  readonly periods?: number;
  /** What the minutes are that have no data. Default: `notBreaching`. */
  readonly missing?: 'breaching' | 'notBreaching';
}

/** Two routers with heartbeats, contacts and reports, and the witnesses of a hundred sites, stay below it. */
const REFUSALS_A_MINUTE = 300;

export const ALARMS = {
  'traffic-lost': {
    severity: 'down',
    says: 'The traffic of {site} is lost: the router that holds the routes cannot forward, or no route points at the pair.',
    events: [],
    watches: { of: 'site', metric: 'TrafficLost' },
    periods: 2,
  },
  'failover-happened': {
    severity: 'degraded',
    says: 'The routes of {site} moved to the other router.',
    events: ['Failover Completed'],
    endsByItself: true,
    watches: { of: 'site', metric: 'FailoverCompleted' },
  },
  'failover-partial': {
    severity: 'down',
    says: 'A swap of {site} did not move every route, or the site could not be observed; the next trigger continues it.',
    events: ['Failover Partial'],
    watches: { of: 'site', metric: 'FailoverPartial' },
  },
  'failover-refused': {
    severity: 'degraded',
    says: 'A failover of {site} was requested and a rule refused it; the owner may be down.',
    events: ['Failover Refused'],
    endsByItself: true,
    watches: { of: 'site', metric: 'FailoverRefused' },
  },
  'foreign-routes': {
    severity: 'down',
    says: 'A managed route of {site} is missing, points at neither router, or has another controller, and is not changed.',
    events: ['Failover Completed', 'Failover Partial', 'Site Degraded', 'Site Recovered'],
    watches: { of: 'site', metric: 'ForeignRoutes' },
  },
  'lock-bypassed': {
    severity: 'degraded',
    says: 'A swap of {site} moved routes without lease and journal, because the table could not be read or written.',
    events: ['Failover Completed', 'Failover Partial'],
    endsByItself: true,
    watches: { of: 'site', metric: 'LockBypassed' },
  },
  'swap-failed': {
    severity: 'degraded',
    says: 'route-swap of {site} failed or timed out, and routes may not have moved.',
    events: [],
    endsByItself: true,
    watches: { of: 'lambda', function: 'route-swap', metric: 'Errors' },
  },
  'not-ready': {
    severity: 'degraded',
    says: '{site} could not have failed over for three minutes.',
    events: ['Site Degraded', 'Site Recovered'],
    watches: { of: 'site', metric: 'FailoverReady' },
    statistic: 'Minimum',
    rises: 'below',
    periods: 3,
  },
  'probe-missing': {
    severity: 'degraded',
    says: 'health-probe of {site} has not finished a round for three minutes, so the site is not monitored.',
    events: [],
    watches: { of: 'site', metric: 'RoutesAtActive' },
    statistic: 'SampleCount',
    rises: 'below',
    missing: 'breaching',
  },
  'contact-missing': {
    severity: 'degraded',
    says: '{router} has not proven for five minutes that its reports arrive.',
    events: ['Site Degraded', 'Site Recovered'],
    watches: { of: 'router', metric: 'ContactMissing' },
    periods: 3,
  },
  'report-rejected': {
    severity: 'attention',
    says: 'A message to {site} was not accepted as that of a router.',
    events: [],
    watches: { of: 'site', metric: 'ReportRejected' },
  },
  'api-refused': {
    severity: 'attention',
    says: 'The API of {site} refuses a flood of requests.',
    events: [],
    watches: { of: 'api', metric: 'refusals' },
    threshold: REFUSALS_A_MINUTE,
  },
  'api-throttled': {
    severity: 'degraded',
    says: 'The API of {site} throttles requests, possibly reports.',
    events: [],
    watches: { of: 'api', metric: 'throttled' },
  },
  'swap-throttled': {
    severity: 'degraded',
    says: 'Lambda throttled route-swap of {site}, and a failover is late.',
    events: [],
    watches: { of: 'lambda', function: 'route-swap', metric: 'Throttles' },
  },
  'status-check': {
    severity: 'degraded',
    says: "EC2's status check of {router} fails.",
    events: ['Site Degraded', 'Site Recovered'],
    watches: { of: 'ec2', metric: 'StatusCheckFailed' },
    statistic: 'Maximum',
    periods: 2,
  },
  'push-failed': {
    severity: 'degraded',
    says: 'A new configuration of a router of {site} was rolled back, or the configuration of a router is unknown.',
    events: [],
    endsByItself: true,
    watches: { of: 'site', metric: 'ConfigPushFailed' },
  },
  'push-unsettled': {
    severity: 'degraded',
    says: 'A push to {site} has not been settled for three minutes, and a router may run an unconfirmed configuration.',
    events: [],
    watches: { of: 'site', metric: 'PushUnsettled' },
    periods: 3,
  },
  'notify-failed': {
    severity: 'degraded',
    says: 'The notifier of {site} failed or timed out, and a message about an outcome may be late or missing.',
    events: [],
    notifiesItself: true,
    watches: { of: 'lambda', function: 'notify', metric: 'Errors' },
  },
  'notify-throttled': {
    severity: 'degraded',
    says: 'Lambda throttled the notifier of {site}, and messages about outcomes are late.',
    events: [],
    notifiesItself: true,
    watches: { of: 'lambda', function: 'notify', metric: 'Throttles' },
  },
  'dead-letters': {
    severity: 'attention',
    says: 'Lambda or EventBridge gave up an event of {site}, which is in the queue of dead letters.',
    events: [],
    watches: { of: 'dead-letters', metric: 'ApproximateNumberOfMessagesVisible' },
    statistic: 'Maximum',
  },
} as const satisfies Readonly<Record<string, AlarmDefinition>>;

export type AlarmName = keyof typeof ALARMS;

/** The section of the runbook about an alarm, from the root of the repository. */
export function runbookOf(name: AlarmName): string {
  return `docs/runbook.md#${name}`;
}

/** What the alarm says about this site, or this router of it. */
export function alarmSentence(name: AlarmName, about: { readonly site: string; readonly router?: string }): string {
  return ALARMS[name].says.replaceAll('{site}', about.site).replaceAll('{router}', about.router ?? about.site);
}

/** `DEGRADED: tokyo could not have failed over for three minutes. Runbook: docs/runbook.md#not-ready`. */
export function alarmDescription(name: AlarmName, about: { readonly site: string; readonly router?: string }): string {
  return `${ALARMS[name].severity.toUpperCase()}: ${alarmSentence(name, about)} Runbook: ${runbookOf(name)}`;
}

/**
 * Which alarm a CloudWatch alarm of a site is: `vyos-failover-TOPOLOGY--SITE--contact-missing--tokyo-1` is `contact-missing` of
 * `tokyo-1`.
 *
 * @returns undefined: no alarm of this table
 */
export function findAlarm(alarmName: string): { readonly name: AlarmName; readonly router?: string } | undefined {
  const [, , name = '', router] = alarmName.split('--');
  if (!Object.hasOwn(ALARMS, name)) return undefined;
  return { name: name as AlarmName, ...(router !== undefined && { router }) };
}
