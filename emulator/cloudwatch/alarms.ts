import type { Functions } from '#emulator/lambda/functions.ts';
import type { Clock, PublishEvent, RecordHappening } from '#emulator/service.ts';
import type { Topics } from '#emulator/sns/topics.ts';
import { holds } from './composite.ts';
import { type AlarmRule, type AlarmState, evaluate, evaluationRangeMs } from './evaluate.ts';
import { keyOf, type MetricName, type Metrics } from './metrics.ts';

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly description: string | undefined;
  readonly watches: { readonly metric: MetricName; readonly rule: AlarmRule } | { readonly composite: string };
  /** ARNs of the actions, by the state that is entered. */
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
}

/** CloudWatch alarms of all regions. */
export interface Alarms {
  /** Throws for one that exists. */
  add(alarm: Alarm): void;
  /** Replaces the alarm of that ARN; its state stays until it is judged again. */
  update(alarm: Alarm): void;
  remove(arn: string): void;
  /** Every alarm as it is now. */
  list(): readonly (Alarm & Pick<Entry, 'state' | 'reason' | 'changedAt'>)[];
  /** Judges all alarms at this moment: a missing datapoint is news, too. Values are judged when they arrive. */
  tick(): void;
}

interface Entry {
  alarm: Alarm;
  readonly since: number;
  state: AlarmState;
  reason: string;
  /** When it entered the state. */
  changedAt: number;
}

export function createAlarms(edges: {
  readonly accountId: string;
  readonly metrics: Metrics;
  readonly topics: Topics;
  readonly functions: Functions;
  readonly publish: PublishEvent;
  readonly clock: Clock;
  readonly record: RecordHappening;
}): Alarms {
  const entries = new Map<string, Entry>();

  const judge = (entry: Entry): void => {
    const { watches } = entry.alarm;
    const now = edges.clock.now();
    const found =
      'composite' in watches
        ? judgeComposite(watches.composite)
        : evaluate(watches.rule, edges.metrics.samples(watches.metric, now - evaluationRangeMs(watches.rule)), {
            now,
            since: entry.since,
            previous: entry.state,
          });
    if (found.state !== entry.state) change(entry, found);
  };
  const judgeComposite = (rule: string): { state: AlarmState; reason: string } => {
    const isAlarm = holds(rule, (name) => entryNamed(name).state);
    return { state: isAlarm ? 'ALARM' : 'OK', reason: `${rule} is ${isAlarm ? 'true' : 'false'}.` };
  };
  const entryNamed = (name: string): Entry => {
    const found = [...entries.values()].find(({ alarm }) => alarm.name === name || alarm.arn === name);
    if (found === undefined) throw new Error(`A composite alarm names "${name}", which does not exist.`);
    return found;
  };

  const change = (entry: Entry, { state, reason }: { readonly state: AlarmState; readonly reason: string }): void => {
    const previous = { state: entry.state, reason: entry.reason, at: entry.changedAt };
    Object.assign(entry, { state, reason, changedAt: edges.clock.now() });
    const { alarm } = entry;
    const { name, region } = alarm;
    edges.record({ kind: 'alarm', at: edges.clock.now(), region, name, state, reason });
    edges.publish({
      region,
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      resources: [alarm.arn],
      detail: eventDetail(alarm, { state, reason }, previous, edges.clock.now()),
    });
    for (const action of alarm.actions[state]) void act(entry, action, previous.state);
    for (const other of entries.values()) if ('composite' in other.alarm.watches && other !== entry) judge(other);
  };

  const act = async ({ alarm, state, reason }: Entry, action: string, previous: AlarmState): Promise<void> => {
    const { name, region } = alarm;
    const refusal = await deliver(action, alarm, {
      subject: `${state}: "${name}" in ${region}`.slice(0, 100),
      message: JSON.stringify({
        AlarmName: name,
        AlarmDescription: alarm.description ?? null,
        AWSAccountId: edges.accountId,
        NewStateValue: state,
        NewStateReason: reason,
        StateChangeTime: new Date(edges.clock.now()).toISOString(),
        Region: region,
        AlarmArn: alarm.arn,
        OldStateValue: previous,
      }),
    });
    if (refusal !== undefined)
      edges.record({
        kind: 'undelivered',
        at: edges.clock.now(),
        region,
        from: alarm.arn,
        to: action,
        reason: refusal,
      });
  };
  const deliver = async (
    action: string,
    alarm: Alarm,
    { subject, message }: { readonly subject: string; readonly message: string },
  ): Promise<string | undefined> => {
    if (/^arn:[^:]+:sns:/.test(action)) {
      return edges.topics.publishAsService('cloudwatch.amazonaws.com', {
        topicArn: action,
        subject,
        message,
        sourceArn: alarm.arn,
      });
    }
    const fn = edges.functions.find(alarm.region, action);
    if (fn === undefined)
      return `The alarm action ${action} is not emulated: only SNS topics and Lambda functions are.`;
    const refusal = await edges.functions.refusal(fn, 'lambda.alarms.cloudwatch.amazonaws.com', alarm.arn);
    if (refusal === undefined)
      edges.functions.invokeLater(
        fn,
        JSON.stringify({ source: 'aws.cloudwatch', alarmArn: alarm.arn, alarmData: JSON.parse(message) as unknown }),
      );
    return refusal;
  };

  const byMetric = new Map<string, Entry[]>();
  edges.metrics.on((metric) => byMetric.get(keyOf(metric))?.forEach(judge));
  const watch = (entry: Entry): void => {
    const { watches } = entry.alarm;
    if ('composite' in watches) return;
    const key = keyOf(watches.metric);
    byMetric.set(key, [...(byMetric.get(key) ?? []), entry]);
  };
  const unwatch = (entry: Entry): void => {
    for (const [key, watching] of byMetric)
      byMetric.set(
        key,
        watching.filter((each) => each !== entry),
      );
  };

  return {
    add(alarm) {
      if (entries.has(alarm.arn)) throw new Error(`The alarm ${alarm.arn} exists twice.`);
      const entry: Entry = {
        alarm,
        since: edges.clock.now(),
        state: 'INSUFFICIENT_DATA',
        reason: 'Unchecked: Initial alarm creation',
        changedAt: edges.clock.now(),
      };
      entries.set(alarm.arn, entry);
      watch(entry);
    },
    update(alarm) {
      const entry = entries.get(alarm.arn);
      if (entry === undefined) return;
      unwatch(entry);
      entry.alarm = alarm;
      watch(entry);
    },
    remove(arn) {
      const entry = entries.get(arn);
      if (entry === undefined) return;
      unwatch(entry);
      entries.delete(arn);
    },
    list: () =>
      [...entries.values()].map(({ alarm, state, reason, changedAt }) => ({ ...alarm, state, reason, changedAt })),
    tick() {
      for (const entry of entries.values()) judge(entry);
    },
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
function eventDetail(
  alarm: Alarm,
  next: { readonly state: AlarmState; readonly reason: string },
  previous: { readonly state: AlarmState; readonly reason: string; readonly at: number },
  now: number,
): Record<string, unknown> {
  const timestamp = (at: number) => new Date(at).toISOString().replace('Z', '+0000');
  const configuration =
    'composite' in alarm.watches
      ? { alarmRule: alarm.watches.composite }
      : {
          metrics: [
            {
              id: 'm1',
              metricStat: {
                metric: {
                  namespace: alarm.watches.metric.namespace,
                  name: alarm.watches.metric.name,
                  dimensions: alarm.watches.metric.dimensions,
                },
                period: alarm.watches.rule.periodMs / 1000,
                stat: alarm.watches.rule.statistic,
              },
              returnData: true,
            },
          ],
        };
  return {
    alarmName: alarm.name,
    state: { value: next.state, reason: next.reason, timestamp: timestamp(now) },
    previousState: { value: previous.state, reason: previous.reason, timestamp: timestamp(previous.at) },
    configuration: { ...configuration, ...(alarm.description !== undefined && { description: alarm.description }) },
  };
}
