/**
 * One region's EC2 as one immutable value. A write makes a new value, so an older one can be shown to a stale read.
 */

export interface RegionState {
  readonly account: string;
  readonly region: string;
  readonly vpcs: ReadonlyMap<string, Vpc>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly interfaces: ReadonlyMap<string, NetworkInterface>;
  readonly instances: ReadonlyMap<string, Instance>;
  readonly routeTables: ReadonlyMap<string, RouteTable>;
  readonly prefixLists: ReadonlyMap<string, PrefixList>;
  /** Internet gateways and similar targets, of which only the id is modelled. */
  readonly gateways: ReadonlySet<string>;
}

export type Tags = Readonly<Record<string, string>>;

export interface Vpc {
  readonly id: string;
  readonly cidr: string;
  /** Beside the primary one; IPv4 or IPv6. */
  readonly moreCidrs?: readonly string[];
}

export interface Subnet {
  readonly id: string;
  readonly vpc: string;
  readonly cidr: string;
}

export interface NetworkInterface {
  readonly id: string;
  readonly subnet: string;
  readonly vpc: string;
  readonly address: string;
  readonly publicAddress: string | undefined;
  readonly sourceDestCheck: boolean;
  readonly attachment: { readonly instance: string; readonly deviceIndex: number; readonly at: number } | undefined;
}

export type PowerState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

export type CheckStatus = 'ok' | 'impaired' | 'initializing' | 'insufficient-data' | 'not-applicable';

export interface Instance {
  readonly id: string;
  readonly state: PowerState;
  /** The result of EC2's instance status check. */
  readonly check: CheckStatus;
  /** When `check` became `impaired`, ms since the epoch. */
  readonly impairedSince: number | undefined;
  /** When the attached-EBS status check failed, ms since the epoch; undefined: it passes. */
  readonly volumesImpairedSince: number | undefined;
  readonly scheduledEvents: readonly ScheduledEvent[];
  /** Whether anything inside answers: SSM agent, metadata client, the router itself. */
  readonly responsive: boolean;
  readonly tags: Tags;
  readonly role: string | undefined;
  /** ms since the epoch. */
  readonly launchedAt: number;
}

/** What EC2 is going to do to an instance: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instances-status-check_sched.html */
export interface ScheduledEvent {
  readonly id: string;
  readonly code: 'instance-reboot' | 'system-reboot' | 'system-maintenance' | 'instance-retirement' | 'instance-stop';
  /** Begins with `[Completed]` or `[Canceled]` when it is over. */
  readonly description: string;
  /** ms since the epoch. */
  readonly notBefore: number;
}

export type RouteOrigin = 'CreateRouteTable' | 'CreateRoute' | 'EnableVgwRoutePropagation' | 'Advertisement';

export interface Route {
  /** Canonical CIDR, or `pl-…`. */
  readonly destination: string;
  /** `local`, or the target's id, whose prefix states the kind. */
  readonly target: string;
  readonly origin: RouteOrigin;
}

export interface Association {
  readonly id: string;
  readonly main: boolean;
  readonly subnet: string | undefined;
  readonly gateway: string | undefined;
}

export interface RouteTable {
  readonly id: string;
  readonly vpc: string;
  readonly tags: Tags;
  readonly associations: readonly Association[];
  readonly routes: readonly Route[];
}

export interface PrefixList {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly maxEntries: number;
  readonly family: 'IPv4' | 'IPv6';
  readonly entries: readonly { readonly cidr: string; readonly description: string | undefined }[];
}

/** All CIDR blocks of a VPC as they were written, the primary one first. */
export function cidrsOf({ cidr, moreCidrs = [] }: Vpc): readonly [string, ...string[]] {
  return [cidr, ...moreCidrs];
}

/** A copy of the map with one entry changed. */
export function replaced<T>(map: ReadonlyMap<string, T>, id: string, value: T): ReadonlyMap<string, T> {
  return new Map(map).set(id, value);
}
