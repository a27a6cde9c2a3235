/** Where a price is from: a document and its date, or nothing but memory. */
export type PriceSource = { readonly url: string; readonly date: string } | 'memory';

/** A list price in US dollars. */
export interface Price {
  readonly usd: number;
  readonly source: PriceSource;
}

/** What is paid for. Months have 730 hours. */
export type Priced =
  | 'lambdaRequest'
  | 'lambdaGbSecond'
  | 'alarmMetric'
  | 'alarmMetricHighResolution'
  | 'compositeAlarm'
  | 'customMetric'
  | 'dashboard'
  | 'logGb'
  | 'tableWrite'
  | 'tableRead'
  | 'apiRequest'
  | 'eventBridgeEvent'
  | 'snsRequest'
  | 'sqsRequest'
  | 'storageGb'
  | 'publicAddressHour'
  | 'volumeGb'
  | 'transferGb'
  | 'zoneTransferGb'
  | 'internetGb';

/** The prices of a Region. */
export interface RegionPrices {
  readonly of: Readonly<Record<Priced, Price>>;
  /** On demand, Linux, an hour, by instance type. */
  readonly instances: Readonly<Record<string, Price>>;
}
