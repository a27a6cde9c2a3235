import { z } from 'zod';
import type { Cloud } from '#emulator/cloud.ts';
import type { Alarm } from '#emulator/cloudwatch/alarms.ts';
import { readDashboard } from '#emulator/cloudwatch/dashboard-body.ts';
import { type AlarmRule, COMPARISONS } from '#emulator/cloudwatch/evaluate.ts';
import type { Resource } from '#emulator/template.ts';
import { changed, type ResourceFamily, type ResourceType } from './family.ts';

const number = z.coerce.number();
const actions = z.array(z.string()).default([]);
const actionsSchema = z.object({
  AlarmDescription: z.string().optional(),
  ActionsEnabled: z.boolean().default(true),
  AlarmActions: actions,
  OKActions: actions,
  InsufficientDataActions: actions,
});
const comparison = z.enum(Object.keys(COMPARISONS) as [keyof typeof COMPARISONS]);
const dimensions = z
  .array(z.object({ Name: z.string(), Value: z.string() }))
  .default([])
  .transform((all) => Object.fromEntries(all.map(({ Name, Value }) => [Name, Value])));
const metric = z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions });
/** CDK writes `Metrics` with one `MetricStat` for a metric of another account or region; that is a plain metric, too. */
const metricOf = z.union([
  metric.extend({ Period: number, Statistic: z.string().optional(), ExtendedStatistic: z.string().optional() }),
  z
    .object({
      Metrics: z.tuple([z.object({ MetricStat: z.object({ Metric: metric, Period: number, Stat: z.string() }) })], {
        error: 'metric math is not emulated: one metric without an expression is',
      }),
    })
    .transform(({ Metrics: [{ MetricStat }] }) => ({
      ...MetricStat.Metric,
      Period: MetricStat.Period,
      Statistic: MetricStat.Stat,
      ExtendedStatistic: undefined,
    })),
]);
const alarmSchema = z
  .object({
    ComparisonOperator: comparison,
    Threshold: number,
    EvaluationPeriods: number,
    DatapointsToAlarm: number.optional(),
    TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).default('missing'),
  })
  .and(metricOf);
const statistic = z.union([
  z.enum(['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount']),
  z
    .string()
    .regex(/^p\d+(\.\d+)?$/)
    .transform((text) => ({ percentile: Number(text.slice(1)) })),
]);

const nameOf = (resource: Resource): string => resource.text('AlarmName') ?? resource.generatedName(255);
const arnOf = (resource: Resource): string => resource.arn('cloudwatch', `alarm:${nameOf(resource)}`);
const identify = (resource: Resource) => ({ ref: nameOf(resource), attributes: { Arn: arnOf(resource) } });

const ofAlarm = (read: (resource: Resource) => Alarm): ResourceType => ({
  identify,
  create: (resource, { alarms }) => alarms.add(read(resource)),
  update: (resource, previous, { alarms }) =>
    changed(resource, previous, 'AlarmName') ? 'replace' : alarms.update(read(resource)),
  delete: (resource, { alarms }) => alarms.remove(arnOf(resource)),
});

const dashboardName = (resource: Resource): string => resource.text('DashboardName') ?? resource.generatedName(255);

const dashboard: ResourceType = {
  identify: (resource) => ({ ref: dashboardName(resource), attributes: {} }),
  create: putDashboard,
  update: (resource, previous, cloud) =>
    changed(resource, previous, 'DashboardName') ? 'replace' : putDashboard(resource, cloud),
  delete: (resource, { dashboards }) => void dashboards.delete(dashboardName(resource)),
};

export const cloudwatch: ResourceFamily = {
  types: {
    'AWS::CloudWatch::Alarm': ofAlarm(metricAlarm),
    'AWS::CloudWatch::CompositeAlarm': ofAlarm((resource) => {
      const { AlarmRule: composite } = resource.read(z.object({ AlarmRule: z.string() }));
      return { ...common(resource), watches: { composite } };
    }),
    'AWS::CloudWatch::Dashboard': dashboard,
  },
};

function putDashboard(resource: Resource, { dashboards }: Cloud): void {
  const { DashboardBody } = resource.read(z.object({ DashboardBody: z.string() }));
  const name = dashboardName(resource);
  dashboards.set(name, readDashboard(name, DashboardBody));
}

function metricAlarm(resource: Resource): Alarm {
  const alarm = resource.read(alarmSchema);
  const rule: AlarmRule = {
    periodMs: alarm.Period * 1000,
    statistic: statistic.parse(alarm.Statistic ?? alarm.ExtendedStatistic),
    threshold: alarm.Threshold,
    comparison: alarm.ComparisonOperator,
    evaluationPeriods: alarm.EvaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
    treatMissingData: alarm.TreatMissingData,
  };
  const { region } = resource;
  const watched = { region, namespace: alarm.Namespace, name: alarm.MetricName, dimensions: alarm.Dimensions };
  return { ...common(resource), watches: { metric: watched, rule } };
}

function common(resource: Resource) {
  const {
    AlarmDescription: description,
    ActionsEnabled,
    AlarmActions,
    OKActions,
    InsufficientDataActions,
  } = resource.read(actionsSchema);
  const actions = ActionsEnabled
    ? { ALARM: AlarmActions, OK: OKActions, INSUFFICIENT_DATA: InsufficientDataActions }
    : { ALARM: [], OK: [], INSUFFICIENT_DATA: [] };
  return { name: nameOf(resource), arn: arnOf(resource), region: resource.region, description, actions };
}
