import type { Site } from '#topology/topology.ts';
import { alarmUsage } from './alarm-usage.ts';
import {
  ASKS_PER_ROUND,
  ASSETS_GB,
  CONTACT_EVERY_S,
  HEARTBEAT_EVERY_S,
  LOG_BYTES,
  MESSAGES,
  METRICS_EVERY_ROUND,
  READS,
  ROUTERS,
  WRITES,
} from './assumptions.ts';
import { isOf, lambdaUsage, type Runs } from './lambda-usage.ts';
import { scheduledFunctions } from './scheduled-functions.ts';
import { propertiesOf, type Template } from './template.ts';
import { SECONDS, type Usage, used } from './usage.ts';

const GB = 1e9;

/** What vyos-failover adds at a site, from the templates of its stacks. Pure. */
export function siteUsage(site: Site, templates: readonly Template[]): Usage[] {
  const runs = runsOf(site, templates);
  const count = (type: string) => propertiesOf(templates, type).length;
  const ours = (what: string, quantity: number, priced: Usage['priced'], assumes?: string): Usage => ({
    what,
    share: 'ours',
    quantity,
    priced,
    ...(assumes !== undefined && { assumes }),
  });
  const announced = `${MESSAGES} a month`;
  return used([
    ...lambdaUsage(runs, templates),
    ...alarmUsage(templates),
    ours('metrics with data in each minute', runs.rounds === 0 ? 0 : METRICS, 'customMetric'),
    ours('dashboards', count('AWS::CloudWatch::Dashboard'), 'dashboard'),
    ours('DynamoDB writes', unitsOf(WRITES, runs), 'tableWrite', COUNTED),
    ours('DynamoDB reads', unitsOf(READS, runs), 'tableRead', COUNTED),
    ours('logs', logBytes(runs) / GB, 'logGb', 'a healthy site; measured in the emulator'),
    ours('HTTP API: contacts, heartbeats', runs.messages, 'apiRequest'),
    ours('EventBridge events', MESSAGES, 'eventBridgeEvent', announced),
    ours('SNS messages', count('AWS::SNS::Topic') > 0 ? MESSAGES : 0, 'snsRequest', announced),
    ours('SQS messages', count('AWS::SQS::Queue') > 0 ? MESSAGES : 0, 'sqsRequest', announced),
    ours('code and bundles in S3', ASSETS_GB, 'storageGb', `${ASSETS_GB} GB`),
  ]);
}

const COUNTED = 'a healthy site; counted in the emulator';
const METRICS = METRICS_EVERY_ROUND.site.length + ROUTERS * METRICS_EVERY_ROUND.router.length;

/** Pure. Heartbeats are on by default with `prefer: safety`. */
export function runsOf({ policy: { prefer } }: Site, templates: readonly Template[]): Runs {
  const scheduled = scheduledFunctions(templates);
  const rounds = scheduled.reduce(
    (sum, { name, runsAMonth }) => sum + (isOf(name, 'health-probe') ? runsAMonth : 0),
    0,
  );
  const perSecond = 1 / CONTACT_EVERY_S + (prefer === 'safety' ? 1 / HEARTBEAT_EVERY_S : 0);
  return { scheduled, rounds, asks: rounds * ASKS_PER_ROUND, messages: ROUTERS * SECONDS * perSecond };
}

function unitsOf(units: typeof READS | typeof WRITES, { rounds, messages }: Runs): number {
  return rounds * units.perRound + messages * units.perMessage;
}

function logBytes({ scheduled, rounds, asks, messages }: Runs): number {
  const all = scheduled.reduce((sum, { runsAMonth }) => sum + runsAMonth, asks + messages);
  return rounds * LOG_BYTES.perRound + all * LOG_BYTES.perRun;
}
