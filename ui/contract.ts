/** What the server of the live page sends to it: the state of the network, the timeline, and the results of actions. */

/** All that the page shows but the timeline. Sent whole, whenever it has changed. */
export interface PageState {
  /** Name of the topology. */
  readonly topology: string;
  readonly behind: 'deployment' | 'demo' | 'lab';
  /** False: the page offers no actions, and the server refuses them. */
  readonly mayOperate: boolean;
  readonly sites: readonly SiteState[];
  /** Routers of other networks at which tunnels end. */
  readonly farEnds: readonly string[];
  readonly tunnels: readonly TunnelState[];
  /** Pings between the sites; empty: none are sent. */
  readonly traffic: readonly TrafficState[];
  /** Why the sites cannot be queried at all; null: they can. */
  readonly problem: Problem | null;
}

export interface Problem {
  readonly says: string;
  readonly hint: string | null;
}

/** `unknown`: the site did not answer yet, or does not answer now. */
export type Severity = 'down' | 'degraded' | 'attention' | 'ok' | 'unknown';

export interface SiteState {
  readonly name: string;
  readonly region: string;
  readonly severity: Severity;
  /** ISO 8601; null: not recorded. */
  readonly since: string | null;
  /** The diagnosis, as a sentence. */
  readonly says: string;
  readonly attention: readonly string[];
  /** The command that is recommended now; null: none. */
  readonly next: string | null;
  /** Router that the managed routes point at; null: the routes are split, unknown, or none points at the pair. */
  readonly owner: string | null;
  /** Router that the topology prefers. */
  readonly preferred: string;
  /** What limits automatic failover now: mode, pause, hold-down. */
  readonly limits: readonly string[];
  readonly paused: boolean;
  /** When the shown values were read, ISO 8601; null: never. */
  readonly readAt: string | null;
  /** Why the site does not answer; null: it does. */
  readonly problem: Problem | null;
  readonly routers: readonly RouterState[];
  readonly routes: readonly RouteState[];
}

export interface RouterState {
  readonly name: string;
  readonly role: 'active' | 'standby';
  readonly fit: 'yes' | 'no' | 'unknown';
  /** Why it is not fit. */
  readonly unfit: readonly string[];
  /** EC2's state of its instance, interface and checks. */
  readonly ec2: string;
  /** eBGP sessions; empty: unknown. */
  readonly ebgp: string;
  readonly maintenance: boolean;
  /** Faults that were caused on this page, or beside it. Always empty for a deployment. */
  readonly faults: readonly Fault[];
}

export interface RouteState {
  readonly table: string;
  readonly destination: string;
  /** Router of the pair that it points at; null: something else, or nothing. */
  readonly router: string | null;
  /** EC2's id of the target; null: the route is missing. */
  readonly target: string | null;
  readonly state: string;
}

export interface TunnelState {
  readonly between: readonly [string, string];
  /** `unknown`: no end has reported it. */
  readonly state: 'up' | 'down' | 'unknown';
  readonly says: string;
}

/** Pings from a host of one site to a host of another one and back. */
export interface TrafficState {
  readonly from: string;
  readonly to: string;
  readonly answered: boolean;
  readonly sent: number;
  readonly lost: number;
  /** The last outage, ms; it continues while `answered` is false. Null: there was none. */
  readonly outageMs: number | null;
  /** Share of the pings that were lost, 0 to 1, for each period of `BUCKET_MS`, oldest first; null: none was sent. */
  readonly recent: readonly (number | null)[];
}

/** Period of one value of `TrafficState.recent`, ms. */
export const BUCKET_MS = 250;
/** Number of values: one minute. */
export const BUCKETS = 240;

export const FAULTS = ['kill', 'stop', 'cut-uplink'] as const;
export type Fault = (typeof FAULTS)[number];

/** One line of the timeline. */
export interface Entry {
  /** Counts up from 1. */
  readonly id: number;
  /** ms since the epoch. */
  readonly at: number;
  readonly kind: EntryKind;
  /** Site or router; null: none in particular. */
  readonly where: string | null;
  readonly says: string;
}

export type EntryKind =
  | 'fault'
  | 'traffic'
  | 'detected'
  | 'reported'
  | 'decided'
  | 'replaced'
  | 'swap'
  | 'refused'
  | 'operator'
  | 'announced'
  | 'alarm'
  | 'push';

/** The result of an action. */
export interface ActionResult {
  /** `planned`: it would be done. */
  readonly outcome: 'done' | 'planned' | 'already' | 'refused' | 'failed';
  readonly says: string;
  readonly hint: string | null;
  /** The same action on the command line; null: there is none. */
  readonly command: string | null;
  /** ReplaceRoute calls of a planned move. */
  readonly steps: readonly string[];
}
