import type { Site } from '#topology/topology.ts';
import {
  ASKS_PER_ROUND,
  ASSETS_GB,
  CONTACT_EVERY_S,
  HEARTBEAT_EVERY_S,
  LOG_BYTES,
  MESSAGES,
  METRICS_EVERY_ROUND,
  READS,
  RUN_SECONDS,
  WRITES,
} from './assumptions.ts';
import { propertiesOf, type Template } from './template.ts';
import { MINUTES, SECONDS, type Usage, used } from './usage.ts';

const ROUTERS = 2;
const GB = 1e9;
const SHORTEST_STANDARD_PERIOD_S = 60;

/** What vyos-failover adds at a site, from the templates of its stacks. Pure. */
export function siteUsage(site: Site, templates: readonly Template[]): Usage[] {
  const messages = messagesOf(site);
  return used([
    ...lambda(templates, messages),
    ...alarms(templates),
    ours('metrics with data in each minute', metricsEveryRound(templates), 'customMetric'),
    ours('dashboards', propertiesOf(templates, 'AWS::CloudWatch::Dashboard').length, 'dashboard'),
    ...table(templates, messages),
    {
      ...ours(
        'logs',
        (rounds(templates) * (LOG_BYTES.perRound + 2 * LOG_BYTES.perRun) + messages * LOG_BYTES.perRun) / GB,
        'logGb',
      ),
      assumes: 'a healthy site; measured in the emulator',
    },
    ours('HTTP API: contacts, heartbeats', messages, 'apiRequest'),
    { ...ours('EventBridge events', MESSAGES, 'eventBridgeEvent'), assumes: `${MESSAGES} a month` },
    {
      ...ours('SNS messages', count(templates, 'AWS::SNS::Topic') > 0 ? MESSAGES : 0, 'snsRequest'),
      assumes: `${MESSAGES} a month`,
    },
    {
      ...ours('SQS messages', count(templates, 'AWS::SQS::Queue') > 0 ? MESSAGES : 0, 'sqsRequest'),
      assumes: `${MESSAGES} a month`,
    },
    { ...ours('code and bundles in S3', ASSETS_GB, 'storageGb'), assumes: `${ASSETS_GB} GB` },
  ]);
}

function lambda(templates: readonly Template[], messages: number): Usage[] {
  const memory = (name: string) => memoryGb(templates, name);
  const perMonth = rounds(templates);
  const asks = perMonth * ASKS_PER_ROUND;
  const gbSeconds =
    perMonth * RUN_SECONDS.probe * memory('health-probe') +
    (asks * RUN_SECONDS.ask + messages * RUN_SECONDS.contact) * memory('route-swap');
  const { probe, ask, contact } = RUN_SECONDS;
  return [
    {
      ...ours('Lambda time', gbSeconds, 'lambdaGbSecond'),
      assumes: `${probe} s for a probe, ${ask} s for its question, ${contact} s for a message`,
    },
    ours('Lambda requests', perMonth + asks + messages, 'lambdaRequest'),
  ];
}

/** Runs of the functions that a schedule starts, a month. */
function rounds(templates: readonly Template[]): number {
  const rules = [
    ...propertiesOf(templates, 'AWS::Events::Rule'),
    ...propertiesOf(templates, 'AWS::Scheduler::Schedule'),
  ];
  return rules.reduce((sum, { ScheduleExpression }) => sum + runsOf(ScheduleExpression), 0);
}

/** `rate(1 minute)`, `rate(5 minutes)`; 0: it is no schedule. */
function runsOf(expression: unknown): number {
  if (typeof expression !== 'string') return 0;
  const { number, unit } = /^rate\((?<number>\d+) (?<unit>minute|hour|day)s?\)$/.exec(expression)?.groups ?? {};
  if (number === undefined) throw new Error(`the schedule ${expression} has no price here`);
  return MINUTES / (Number(number) * { minute: 1, hour: 60, day: 1440 }[unit as 'minute' | 'hour' | 'day']);
}

function memoryGb(templates: readonly Template[], name: string): number {
  const found = propertiesOf(templates, 'AWS::Lambda::Function').find(({ FunctionName }) =>
    String(FunctionName).endsWith(`--${name}`),
  );
  return Number(found?.['MemorySize'] ?? 128) / 1024;
}

/** CloudWatch charges for each metric of an alarm. */
function alarms(templates: readonly Template[]): Usage[] {
  const all = propertiesOf(templates, 'AWS::CloudWatch::Alarm');
  const isQuick = ({ Period = SHORTEST_STANDARD_PERIOD_S }: Readonly<Record<string, unknown>>) =>
    Number(Period) < SHORTEST_STANDARD_PERIOD_S;
  const metrics = (some: typeof all) => some.reduce((sum, alarm) => sum + metricsOf(alarm), 0);
  return [
    ours('alarms', metrics(all.filter((alarm) => !isQuick(alarm))), 'alarmMetric'),
    ours('alarms of high resolution', metrics(all.filter(isQuick)), 'alarmMetricHighResolution'),
    ours('composite alarms', count(templates, 'AWS::CloudWatch::CompositeAlarm'), 'compositeAlarm'),
  ];
}

function metricsOf({ Metrics }: Readonly<Record<string, unknown>>): number {
  if (!Array.isArray(Metrics)) return 1;
  return Metrics.filter((each: object) => 'MetricStat' in each).length;
}

function metricsEveryRound(templates: readonly Template[]): number {
  return rounds(templates) === 0 ? 0 : METRICS_EVERY_ROUND.site + ROUTERS * METRICS_EVERY_ROUND.router;
}

function table(templates: readonly Template[], messages: number): Usage[] {
  if (count(templates, 'AWS::DynamoDB::GlobalTable') === 0) return [];
  const perMonth = rounds(templates);
  const assumes = 'a healthy site; counted in the emulator';
  return [
    { ...ours('DynamoDB writes', perMonth * WRITES.perRound + messages * WRITES.perMessage, 'tableWrite'), assumes },
    { ...ours('DynamoDB reads', perMonth * READS.perRound + messages * READS.perMessage, 'tableRead'), assumes },
  ];
}

/** Messages of both routers to the API, a month. Heartbeats are on by default with `prefer: safety`. */
function messagesOf({ policy: { prefer } }: Site): number {
  return ROUTERS * SECONDS * (1 / CONTACT_EVERY_S + (prefer === 'safety' ? 1 / HEARTBEAT_EVERY_S : 0));
}

function count(templates: readonly Template[], type: string): number {
  return propertiesOf(templates, type).length;
}

function ours(what: string, quantity: number, priced: Usage['priced']): Usage {
  return { what, share: 'ours', quantity, priced };
}
