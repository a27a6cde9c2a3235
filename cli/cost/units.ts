import type { Priced } from './price.ts';
import type { Usage } from './usage.ts';

/** How a quantity is shown: in units of this size, which are the ones of AWS's price pages. */
export interface Unit {
  readonly name: string;
  readonly size: number;
}

const MILLION = 1e6;
const UNITS: Readonly<Record<Priced, Unit>> = {
  lambdaRequest: { name: 'M requests', size: MILLION },
  lambdaGbSecond: { name: 'GB-s', size: 1 },
  alarmMetric: { name: 'metrics', size: 1 },
  alarmMetricHighResolution: { name: 'metrics', size: 1 },
  compositeAlarm: { name: 'alarms', size: 1 },
  customMetric: { name: 'metrics', size: 1 },
  dashboard: { name: 'dashboards', size: 1 },
  logGb: { name: 'GB', size: 1 },
  tableWrite: { name: 'M units', size: MILLION },
  tableRead: { name: 'M units', size: MILLION },
  apiRequest: { name: 'M requests', size: MILLION },
  eventBridgeEvent: { name: 'M events', size: MILLION },
  snsRequest: { name: 'M requests', size: MILLION },
  sqsRequest: { name: 'M requests', size: MILLION },
  storageGb: { name: 'GB', size: 1 },
  publicAddressHour: { name: 'hours', size: 1 },
  volumeGb: { name: 'GB', size: 1 },
  transferGb: { name: 'GB', size: 1 },
  zoneTransferGb: { name: 'GB', size: 1 },
  internetGb: { name: 'GB', size: 1 },
};

export function unitOf({ priced }: Pick<Usage, 'priced'>): Unit {
  return typeof priced === 'string' ? UNITS[priced] : { name: 'hours', size: 1 };
}
