import type { Override } from '#failover/trigger.ts';
import type { Policy } from '#topology/topology.ts';

/** `a`: the router that the topology prefers; `b`: the other one. */
export type Side = 'a' | 'b';

/** All that a schedule is: replaying it gives the same run, and dropping parts of it gives a smaller one. */
export interface Schedule {
  readonly seed: number;
  /** One letter for each route: at the active, at the standby, at somebody else's gateway, missing. At least one `a`. */
  readonly routes: readonly RoutePlace[];
  /** Tables that the routes are spread over. */
  readonly tables: number;
  readonly policy: Policy;
  /** Routers send heartbeats, ms between them; undefined: they do not. */
  readonly heartbeatMs: number | undefined;
  /** How old a stale read is, ms. */
  readonly staleMs: number;
  /** The router that stays dead when all else is well again. */
  readonly deadAtEnd: Side | undefined;
  /** `hung`: it answers nothing, and EC2 goes on to say that it runs; only the other router's report can tell. */
  readonly deadHow: 'stopped' | 'hung';
  /** When the probe's first round begins, ms. */
  readonly probeAt: number;
  /** By time. */
  readonly events: readonly SimEvent[];
}

export type RoutePlace = 'a' | 'b' | 'foreign' | 'missing';

/** Something that happens `at` ms after the start. */
export type SimEvent = { readonly at: number } & Happening;

export type Happening =
  /* Routers. */
  | { readonly kind: 'stop' | 'hang' | 'reboot' | 'start'; readonly router: Side }
  | { readonly kind: 'uplink-cut' | 'tunnels-down' | 'agent-silent'; readonly router: Side; readonly forMs: number }
  | { readonly kind: 'pair-partitioned'; readonly forMs: number }
  | { readonly kind: 'clock-off'; readonly router: Side; readonly byMs: number }
  | { readonly kind: 'source-dest-check-on'; readonly router: Side; readonly forMs: number }
  /* What routers say. */
  | { readonly kind: 'false-alarm' | 'says-goodbye'; readonly router: Side }
  | { readonly kind: 'stray-report'; readonly router: Side; readonly lateMs: number; readonly copies: number }
  | { readonly kind: 'late-heartbeat'; readonly router: Side; readonly lateMs: number }
  | { readonly kind: 'testimony'; readonly about: Side }
  /* AWS. */
  | { readonly kind: 'store-down' | 'ec2-errors' | 'ec2-busy' | 'stale-reads'; readonly forMs: number }
  | { readonly kind: 'store-loses-answers' | 'ec2-loses-answers'; readonly calls: number }
  /* The next run that may move routes dies before its call number so and so, counted from 0. */
  | { readonly kind: 'crash'; readonly afterSteps: number }
  /* The next run of any function does. */
  | { readonly kind: 'crash-any'; readonly afterSteps: number }
  | { readonly kind: 'probe-lost' | 'probe-twice' }
  | { readonly kind: 'probe-late'; readonly byMs: number }
  /* People. */
  | { readonly kind: 'switchover'; readonly to: Side; readonly overrides: readonly Override[] }
  | { readonly kind: 'pause'; readonly forMs: number }
  | { readonly kind: 'resume' }
  | { readonly kind: 'maintenance'; readonly router: Side; readonly on: boolean };
