import { describe, expect, it } from 'vitest';
import { type AlarmRule, evaluate } from '#emulator/cloudwatch/evaluate.ts';
import { manualClock } from '../manual-clock.ts';
import { eventually, of, type Resources, run, workerAlone } from './assembly.fixture.ts';

const MINUTE = 60_000;
const rule: AlarmRule = {
  periodMs: MINUTE,
  statistic: 'Sum',
  threshold: 2,
  comparison: 'GreaterThanOrEqualToThreshold',
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  treatMissingData: 'missing',
};
/** Values of the minutes 0, 1, 2…; undefined: no data. Judged at the start of the minute after. */
const judge = (changes: Partial<AlarmRule>, minutes: (number | undefined)[], since = 0) =>
  evaluate(
    { ...rule, ...changes },
    minutes.flatMap((value, minute) => (value === undefined ? [] : [{ at: minute * MINUTE, value }])),
    { now: minutes.length * MINUTE, since, previous: 'OK' },
  ).state;

describe('an alarm', () => {
  const _ = undefined;
  const table: [string, Partial<AlarmRule>, (number | undefined)[], string][] = [
    ['enough breaching periods', {}, [2, 0, 5], 'ALARM'],
    ['too few breaching periods', {}, [2, 0, 0], 'OK'],
    ['breaching periods that are too old', {}, [9, 9, 0, 0, 0], 'OK'],
    ['no data', {}, [_, _, _], 'INSUFFICIENT_DATA'],
    ['no data that counts as breaching', { treatMissingData: 'breaching' }, [_, _, _], 'ALARM'],
    ['no data that counts as not breaching', { treatMissingData: 'notBreaching' }, [_, _, _], 'OK'],
    ['no data that is ignored', { treatMissingData: 'ignore' }, [_, _, _], 'OK'],
    ['a gap that counts as breaching', { treatMissingData: 'breaching' }, [_, 5, 0], 'ALARM'],
    [
      'values below a lower bound',
      { comparison: 'LessThanThreshold', threshold: 1, datapointsToAlarm: 3 },
      [0, 0, 0],
      'ALARM',
    ],
    ['an average', { statistic: 'Average', evaluationPeriods: 1, datapointsToAlarm: 1 }, [1], 'OK'],
    [
      'a number of samples',
      {
        statistic: 'SampleCount',
        threshold: 1,
        comparison: 'LessThanThreshold',
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
      },
      [7],
      'OK',
    ],
    [
      'a percentile',
      { statistic: { percentile: 50 }, threshold: 7, evaluationPeriods: 1, datapointsToAlarm: 1 },
      [7],
      'ALARM',
    ],
  ];
  it.each(table)('judges %s', (_what, changes, minutes, state) => {
    expect(judge(changes, minutes)).toBe(state);
  });

  it.each<[string, number, number, Record<AlarmRule['treatMissingData'], string>]>([
    ['0 - X - X', 3, 3, { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
    ['- - - - 0', 3, 3, { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
    ['- - - - -', 3, 3, { missing: 'INSUFFICIENT_DATA', ignore: 'kept', breaching: 'ALARM', notBreaching: 'OK' }],
    ['0 X X - X', 3, 3, { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
    ['- - X - -', 3, 3, { missing: 'ALARM', ignore: 'kept', breaching: 'ALARM', notBreaching: 'OK' }],
    ['0 - X - X', 2, 3, { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
    ['0 0 X 0 X', 2, 3, { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
    ['0 - X - -', 2, 3, { missing: 'OK', ignore: 'OK', breaching: 'ALARM', notBreaching: 'OK' }],
    ['- - - - 0', 2, 3, { missing: 'OK', ignore: 'OK', breaching: 'ALARM', notBreaching: 'OK' }],
    ['- - - X -', 2, 3, { missing: 'ALARM', ignore: 'kept', breaching: 'ALARM', notBreaching: 'OK' }],
  ])('judges the data points %s, %i of %i, as the tables of the CloudWatch user guide do', (points, m, n, states) => {
    const minutes = points.split(' ').map((point) => ({ X: 2, 0: 0 })[point]);
    const samples = minutes.flatMap((value, minute) => (value === undefined ? [] : [{ at: minute * MINUTE, value }]));
    const found = Object.keys(states).map((treatMissingData) => {
      const of = { ...rule, datapointsToAlarm: m, evaluationPeriods: n, treatMissingData } as AlarmRule;
      const { state } = evaluate(of, samples, { now: 5 * MINUTE, since: -9 * MINUTE, previous: 'kept' as 'OK' });
      return [treatMissingData, state];
    });
    expect(Object.fromEntries(found)).toEqual(states);
  });

  it('on a metric that has stopped rises when its last data points have left the evaluation range, and not before', () => {
    const silent = { treatMissingData: 'breaching', evaluationPeriods: 3, datapointsToAlarm: 3 } as const;
    expect(judge(silent, [0, _, _, _, _])).toBe('OK');
    expect(judge(silent, [0, _, _, _, _, _])).toBe('ALARM');
  });

  it('that is new waits for its whole range before it misses anything', () => {
    expect(
      judge({ treatMissingData: 'breaching', datapointsToAlarm: 3 }, [undefined, undefined, undefined], 2 * MINUTE),
    ).toBe('OK');
  });
});

const alarm = (properties: Record<string, unknown> = {}): Resources[string] => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: 'too-many',
    Namespace: 'shop',
    MetricName: 'Complaints',
    Dimensions: [{ Name: 'service', Value: 'counter' }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 2,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [{ Ref: 'Topic' }],
    ...properties,
  },
});
const Topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'people' } };
const complaint = (value: number | number[]) =>
  JSON.stringify({
    _aws: {
      Timestamp: 0,
      CloudWatchMetrics: [
        { Namespace: 'shop', Dimensions: [['service']], Metrics: [{ Name: 'Complaints', Unit: 'Count' }] },
      ],
    },
    service: 'counter',
    Complaints: value,
  });

describe('a metric in a log line', () => {
  it('raises its alarm at once and notifies the topic', async () => {
    const emulator = await run({ ...workerAlone(), Topic, Alarm: alarm() });
    await emulator.invoke('worker', { do: 'log', line: complaint(1) });
    expect(emulator.alarms).toMatchObject([{ name: 'too-many', state: 'OK' }]);
    await emulator.invoke('worker', { do: 'log', line: complaint([1, 1]) });
    const told = await eventually(emulator, () => of(emulator, 'notification')[0]);
    expect([told.subject, JSON.parse(told.message)]).toMatchObject([
      'ALARM: "too-many" in ap-northeast-1',
      { AlarmName: 'too-many', NewStateValue: 'ALARM', OldStateValue: 'OK' },
    ]);
    expect(of(emulator, 'event').at(-1)).toMatchObject({
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      detail: { alarmName: 'too-many', state: { value: 'ALARM' } },
    });
  });

  it('is another metric under other dimensions', async () => {
    const emulator = await run({ ...workerAlone(), Topic, Alarm: alarm({ Dimensions: [] }) });
    await emulator.invoke('worker', { do: 'log', line: complaint(5) });
    expect(of(emulator, 'metric')).toMatchObject([
      { name: 'Complaints', value: 5, dimensions: { service: 'counter' } },
    ]);
    expect(emulator.alarms).toMatchObject([{ state: 'INSUFFICIENT_DATA' }]);
  });

  it('sends no notification if the topic policy does not allow CloudWatch', async () => {
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: { Ref: 'Topic' },
    };
    const Policy = {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
    };
    const emulator = await run({ ...workerAlone(), Topic, Policy, Alarm: alarm() });
    await emulator.invoke('worker', { do: 'log', line: complaint(5) });
    expect((await eventually(emulator, () => of(emulator, 'undelivered')[0])).reason).toContain(
      'cloudwatch.amazonaws.com is not authorized to perform: sns:Publish',
    );
    expect(emulator.notifications).toEqual([]);
  });
});

describe('silence', () => {
  it('raises an alarm that treats it as breaching, when its time has come', async () => {
    const clock = manualClock();
    const emulator = await run(
      {
        Topic,
        Alarm: alarm({
          ComparisonOperator: 'LessThanThreshold',
          Threshold: 1,
          TreatMissingData: 'breaching',
          EvaluationPeriods: 2,
        }),
      },
      { clock },
    );
    await emulator.tickSchedules();
    expect(emulator.alarms).toMatchObject([{ state: 'INSUFFICIENT_DATA' }]);
    await clock.advance(2 * MINUTE);
    await emulator.tickSchedules();
    expect(emulator.alarms).toMatchObject([{ state: 'ALARM' }]);
  });
});

describe('a composite alarm', () => {
  it('follows the alarms that its rule names', async () => {
    const AlarmRule = { 'Fn::Sub': 'ALARM("${Alarm.Arn}") AND NOT ALARM(quiet)' };
    const emulator = await run({
      ...workerAlone(),
      Topic,
      Alarm: alarm(),
      Quiet: alarm({ AlarmName: 'quiet', MetricName: 'Nothing' }),
      Both: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmName: 'both', AlarmRule } },
    });
    await emulator.invoke('worker', { do: 'log', line: complaint(5) });
    expect(emulator.alarms.map(({ name, state }) => [name, state])).toEqual([
      ['too-many', 'ALARM'],
      ['quiet', 'INSUFFICIENT_DATA'],
      ['both', 'ALARM'],
    ]);
  });
});

describe("a function's errors", () => {
  it('are a metric that an alarm can watch', async () => {
    const watched = {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'Worker' } }],
      Threshold: 1,
    };
    const emulator = await run({ ...workerAlone(), Topic, Alarm: alarm(watched) });
    await emulator.invoke('worker', { do: 'throw' });
    expect(emulator.alarms).toMatchObject([{ state: 'ALARM' }]);
  });
});
