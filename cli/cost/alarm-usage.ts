import { propertiesOf, type Template } from './template.ts';
import type { Usage } from './usage.ts';

const STANDARD_PERIOD_S = 60;
type Alarm = Readonly<Record<string, unknown>>;

/** CloudWatch charges for each metric of an alarm, and more if its period is shorter than a minute. Pure. */
export function alarmUsage(templates: readonly Template[]): Usage[] {
  const all = propertiesOf(templates, 'AWS::CloudWatch::Alarm');
  const metrics = (some: readonly Alarm[]) => some.reduce((sum, alarm) => sum + metricsOf(alarm), 0);
  const composite = propertiesOf(templates, 'AWS::CloudWatch::CompositeAlarm').length;
  return [
    { what: 'alarms', share: 'ours', quantity: metrics(all.filter((alarm) => !isQuick(alarm))), priced: 'alarmMetric' },
    {
      what: 'alarms of high resolution',
      share: 'ours',
      quantity: metrics(all.filter(isQuick)),
      priced: 'alarmMetricHighResolution',
    },
    { what: 'composite alarms', share: 'ours', quantity: composite, priced: 'compositeAlarm' },
  ];
}

function isQuick({ Period = STANDARD_PERIOD_S }: Alarm): boolean {
  return Number(Period) < STANDARD_PERIOD_S;
}

function metricsOf({ Metrics }: Alarm): number {
  if (!Array.isArray(Metrics)) return 1;
  return Metrics.filter((each: object) => 'MetricStat' in each).length;
}
