/**
 * Every metric of the namespace `vyos-failover`. Functions emit no other (`MetricOf`), and alarms watch no other
 * (`Metric`): a misspelt name is a type error and not an alarm that never fires.
 *
 * CloudWatch charges for a metric only in the hours in which it gets data, so a metric of what is wrong is emitted only while
 * it is wrong. Four are emitted in every round of the probe: FailoverReady, RoutesAtActive, and EbgpReceiving of each router.
 */

/** CloudWatch namespace of everything that the functions measure. */
export const METRICS_NAMESPACE = 'vyos-failover';

interface MetricDefinition {
  /**
   * The function that emits it: the value of the dimension `service`, which Powertools adds. `access-log`: the metric filter
   * of the API's access log, without that dimension.
   */
  readonly service: 'route-swap' | 'health-probe' | 'config-push' | 'access-log';
  readonly unit: 'Count' | 'Milliseconds' | 'Percent';
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
  /** The share of the managed routes that point at the active router. In every round. */
  RoutesAtActive: { ...ofProbe, unit: 'Percent' },
  /** The share of the managed routes that point at the standby, if any does. The rest of 100 % is at neither router. */
  RoutesAtStandby: { ...ofProbe, unit: 'Percent' },
  /** Rounds in which the site's traffic was certainly lost (`failover/traffic-loss.ts`). */
  TrafficLost: ofProbe,
  /** Rounds in which a push was found whose function or command line did not end it. */
  PushUnsettled: ofProbe,
  /** Rounds in which the router had not proven lately that its reports arrive. */
  ContactMissing: ofProbedRouter,
  /** Rounds in which the router was not proven fit. */
  RouterUnfit: ofProbedRouter,
  /** eBGP sessions of the topology's tunnels that are Established and receive prefixes. In every round that could read them. */
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
