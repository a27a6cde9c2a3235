/**
 * Every metric of the namespace `vyos-failover`. Functions emit no other (`MetricOf`), and alarms watch no other
 * (`Metric`): a misspelt name is a type error and not an alarm that never fires.
 */

/** CloudWatch namespace of everything that the functions measure. */
export const METRICS_NAMESPACE = 'vyos-failover';

interface MetricDefinition {
  /**
   * The function that emits it: the value of the dimension `service`, which Powertools adds. `access-log`: the metric filter
   * of the API's access log, without that dimension.
   */
  readonly service: 'route-swap' | 'health-probe' | 'config-push' | 'access-log';
  readonly unit: 'Count' | 'Milliseconds';
  /** Besides `topology`, `site` and `service`. */
  readonly dimensions: readonly 'router'[];
}

const ofSwap = { service: 'route-swap', unit: 'Count', dimensions: [] } as const;
const ofProbe = { service: 'health-probe', unit: 'Count', dimensions: [] } as const;
const ofProbedRouter = { ...ofProbe, dimensions: ['router'] } as const;
const ofPush = { service: 'config-push', unit: 'Count', dimensions: [] } as const;

export const METRICS = {
  /** A swap whose routes are all at the new owner. */
  FailoverCompleted: ofSwap,
  /** A swap that left routes behind, or a report that could not be decided on. */
  FailoverPartial: ofSwap,
  FailoverRefused: ofSwap,
  RoutesMoved: ofSwap,
  /** From the trigger's arrival to the last read-back. */
  SwapMs: { ...ofSwap, unit: 'Milliseconds' },
  /** Managed routes that point at neither router of the pair. */
  ForeignRoutes: ofSwap,
  /** Swaps without lease and journal, because the store did not answer. */
  LockBypassed: ofSwap,
  /** Messages that were not accepted as a router's. */
  ReportRejected: ofSwap,
  /** 1: the site could fail over. 0: it could not. */
  FailoverReady: ofProbe,
  ProbeRounds: ofProbe,
  /** 1: the router has not proven lately that its reports arrive. 0: it has. */
  ContactMissing: ofProbedRouter,
  /** Rounds in which the router's BGP state could not be read. */
  RouterSilent: ofProbedRouter,
  /** eBGP sessions of the topology's tunnels that are Established. */
  EbgpEstablished: ofProbedRouter,
  /** Of them, those that receive prefixes. */
  EbgpReceiving: ofProbedRouter,
  /** Requests that the API throttled. */
  ApiThrottled: { service: 'access-log', unit: 'Count', dimensions: [] },
  ConfigPushed: ofPush,
  /** Pushes whose router did not end with its new configuration. */
  ConfigPushFailed: ofPush,
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type Metric = keyof typeof METRICS;
type Service = MetricDefinition['service'];

/** Metrics of a function about its site. */
export type MetricOf<Of extends Service> = {
  [Name in Metric]: (typeof METRICS)[Name] extends { service: Of; dimensions: readonly [] } ? Name : never;
}[Metric];

/** Metrics about one router. */
export type RouterMetric = {
  [Name in Metric]: (typeof METRICS)[Name] extends { dimensions: readonly ['router'] } ? Name : never;
}[Metric];
