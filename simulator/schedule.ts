import type { Override } from '#failover/trigger.ts';
import type { Policy } from '#topology/topology.ts';
import type { BetweenPhases, Phase, PhaseFault } from './phase-faults.ts';
import type { RouterKey, SiteName } from './sites.ts';

/** A complete schedule: a replay gives the same run, and removing parts of it gives a smaller schedule. */
export interface Schedule {
  readonly seed: number;
  /** One letter for each route of the near site: at the active, at the standby, at a foreign gateway, missing. */
  readonly routes: readonly RoutePlace[];
  /** Tables that the routes are spread over. */
  readonly tables: number;
  /** Of both sites. */
  readonly policy: Policy;
  /** The two routers of a pair have a link that forwards, so that there are detours. */
  readonly pairForwards: boolean;
  /** The far site has functions, detectors and reporters of its own; otherwise it only has routers and tunnels. */
  readonly farUnderTest: boolean;
  /** Routers send heartbeats, ms between them; undefined: they do not. */
  readonly heartbeatMs: number | undefined;
  /** Routers count their BGP sessions themselves; older ones send what FRR prints. */
  readonly countsOnRouter: boolean;
  /** Routers report a new outage in two phases; those of VyOS 1.1, and earlier programs, in one. Default: false. */
  readonly twoPhase?: boolean;
  /** A router sends a witness report when it loses its tunnel. */
  readonly witnesses: boolean;
  /** How old a stale read of EC2 is, ms. */
  readonly staleMs: number;
  /** The functions know the routers' interfaces and no instances, because the stacks have created them. Default: false. */
  readonly created?: boolean;
  /** Time that a new environment of a function takes to start, ms. Default: 0. */
  readonly coldStartMs?: number;
  /** Items of a query's page in DynamoDB. */
  readonly pageItems: number;
  /** The router of the near site that stays failed after the other faults have ended. */
  readonly deadAtEnd: 'a' | 'b' | undefined;
  /** `hung`: it does not answer while EC2 shows it as running; only the peer's report reveals it. */
  readonly deadHow: 'stopped' | 'hung';
  /** The router of the near site that never reaches the API again. */
  readonly muteAtEnd: 'a' | 'b' | undefined;
  /** When the probe's first round begins, ms. */
  readonly probeAt: number;
  /** By time. */
  readonly events: readonly SimEvent[];
}

export type RoutePlace = 'a' | 'b' | 'foreign' | 'missing';

/** An event `at` ms after the start. */
export type SimEvent = { readonly at: number } & Fault;

/** How the BGP output can be malformed. */
export type Unreadable = 'asdot' | 'renamed' | 'empty-list' | 'cut' | 'error';

/** A caller that signs a report and is not one of the routers. */
export type UnauthorizedCaller = 'other-role' | 'user' | 'federated' | 'other-account' | 'other-instance';

export type Fault =
  /* Routers. */
  | { readonly kind: 'stop' | 'hang' | 'reboot' | 'start'; readonly router: RouterKey }
  /** Of a created router: its instance is terminated, and another one is launched on its interface some time later. */
  | { readonly kind: 'replace'; readonly router: 'a' | 'b'; readonly afterMs: number }
  /** Its daemons end, and some time later its kernel. */
  | {
      readonly kind: 'dies-slowly';
      readonly router: RouterKey;
      readonly kernelMs: number;
      readonly how: 'hang' | 'reboot';
    }
  | { readonly kind: RouterFault; readonly router: RouterKey; readonly forMs: number }
  | { readonly kind: 'bgp-unreadable'; readonly router: RouterKey; readonly as: Unreadable; readonly forMs: number }
  | { readonly kind: 'clock-off'; readonly router: RouterKey; readonly byMs: number }
  | { readonly kind: 'pair-partitioned' | 'ssm-silent'; readonly site: SiteName; readonly forMs: number }
  | { readonly kind: 'site-dies'; readonly site: SiteName; readonly how: 'stop' | 'hang' }
  /** A manual change moves one route of the near site to a router. */
  | { readonly kind: 'route-by-hand'; readonly to: 'a' | 'b' }
  /* Messages of routers. */
  | { readonly kind: 'false-alarm' | 'peer-leaves'; readonly router: RouterKey }
  /** A detector of the router loses its peer for a moment, and the router asks the peer as always. */
  | { readonly kind: 'detector-flaps'; readonly router: RouterKey }
  /** The next report of this phase, of any router, is disturbed. */
  | ({ readonly kind: 'phase-disturbed' } & PhaseFault)
  /**
   * When the next suspected report of a router of the near site has been answered, an operator acts, or the suspected router claims
   * that it has a path; another environment serves that.
   */
  | { readonly kind: 'between-phases'; readonly action: BetweenPhases }
  /** Phases of one report, in any order, about a peer that may be healthy. */
  | {
      readonly kind: 'stray-phases';
      readonly router: RouterKey;
      readonly phases: readonly Phase[];
      readonly gapMs: number;
    }
  | { readonly kind: 'stray-report'; readonly router: RouterKey; readonly lateMs: number; readonly copies: number }
  /** Written now, delivered later; `fresh`: with a new time of writing, as a retry has. */
  | {
      readonly kind: 'old-report';
      readonly router: RouterKey;
      readonly event: 'peer-left' | 'peer-failed';
      readonly lateMs: number;
      readonly fresh: boolean;
    }
  | { readonly kind: 'late-heartbeat'; readonly router: RouterKey; readonly lateMs: number }
  | { readonly kind: 'witness-report'; readonly about: RouterKey }
  | { readonly kind: 'unauthorized-report'; readonly as: RouterKey; readonly who: UnauthorizedCaller }
  /* AWS. */
  | {
      readonly kind: 'store-down' | 'store-read-only' | 'ec2-errors' | 'ec2-busy' | 'stale-reads';
      readonly forMs: number;
    }
  | { readonly kind: 'store-loses-answers' | 'ec2-loses-answers'; readonly calls: number }
  /** The client gives up, and AWS executes the request later. */
  | { readonly kind: 'store-writes-late' | 'ec2-writes-late'; readonly calls: number; readonly byMs: number }
  | { readonly kind: 'ec2-events-late'; readonly byMs: number; readonly copies: number; readonly forMs: number }
  /** EC2 lists an event of a router's instance that begins `inMs` later, for `forMs`. Nothing comes of it. */
  | { readonly kind: 'event-scheduled'; readonly router: 'a' | 'b'; readonly inMs: number; readonly forMs: number }
  /** EC2 delivers the event of a stop that ended long ago. */
  | { readonly kind: 'old-ec2-event'; readonly router: RouterKey }
  /** AWS ends every idle environment of the functions: their memory is lost, and the next run starts a new one. */
  | { readonly kind: 'environments-end' }
  /** Runs are served by another environment than the last used one. */
  | { readonly kind: 'other-environments'; readonly forMs: number }
  /* The next run that may move routes dies before its call number so and so, counted from 0. */
  | { readonly kind: 'crash'; readonly afterSteps: number }
  /* The next run of any function does. */
  | { readonly kind: 'crash-any'; readonly afterSteps: number }
  | { readonly kind: 'probe-lost' | 'probe-twice' }
  | { readonly kind: 'probe-late'; readonly byMs: number }
  /* Operators, at the near site. */
  | { readonly kind: 'switchover'; readonly to: 'a' | 'b'; readonly overrides: readonly Override[] }
  | { readonly kind: 'pause'; readonly forMs: number }
  | { readonly kind: 'resume' }
  | { readonly kind: 'maintenance'; readonly router: 'a' | 'b'; readonly on: boolean }
  /** An operator's request during the next run that may move routes, after that many calls. */
  | {
      readonly kind: 'operator-during-run';
      readonly action: 'pause' | 'maintenance' | 'switchover';
      readonly afterSteps: number;
    };

/** Temporary faults of one router. */
export const ROUTER_FAULTS = [
  /** No internet: neither AWS nor tunnels. */
  'uplink-cut',
  'tunnels-down',
  /** The API alone is out of reach: a name server, a route, a certificate. */
  'api-unreachable',
  'agent-silent',
  /** Neither BGP nor BFD nor Serf; the kernel lives, and refuses connections. */
  'daemons-stopped',
  /** Established, and nothing is received. */
  'no-prefixes',
  'source-dest-check-on',
  'interface-detached',
  'interface-elsewhere',
] as const;
export type RouterFault = (typeof ROUTER_FAULTS)[number];
