import { longestDurationMs } from '#topology/duration.ts';
import type { EbgpCount } from './bgp-summary.ts';
import type { ManagedRoute } from './site.ts';
import type { Answer } from './swap-record.ts';

/** What the site's store remembers. */
export interface Memory {
  /** False: the store did not answer, and everything else here is empty. */
  readonly reachable: boolean;
  /** Grows by one with each swap that begins; 0 before the first. */
  readonly epoch: number;
  /** Until when the last swap holds the lease, or held it, ms since the epoch; undefined: nobody ever did. */
  readonly leasedUntil: number | undefined;
  readonly unfinished: Unfinished | undefined;
  /** Name of the router that the last swap was meant for, finished or not. */
  readonly lastTarget: string | undefined;
  /** When automatic swaps began, newest last; at least those of the last `AUTOMATIC_SWAPS_KEPT_MS`. */
  readonly automaticSwaps: readonly number[];
  /** The last rounds of health-probe, newest last. */
  readonly probes: readonly ProbeRound[];
  /** What routers of other sites said against routers of this one, newest of each. */
  readonly testimonies: readonly Testimony[];
  readonly pause: Pause | undefined;
  readonly health: Health | undefined;
  /** By router name. */
  readonly maintenance: Readonly<Record<string, Maintenance>>;
  /** How this trigger's id was answered before. */
  readonly answered: Answer | undefined;
}

/** Automatic swaps older than this count for no rule: the longest hold-down that a topology may ask for. */
export const AUTOMATIC_SWAPS_KEPT_MS = longestDurationMs;

/** A memory without anything in it. */
export const BLANK: Memory = {
  reachable: true,
  epoch: 0,
  leasedUntil: undefined,
  unfinished: undefined,
  lastTarget: undefined,
  automaticSwaps: [],
  probes: [],
  testimonies: [],
  pause: undefined,
  health: undefined,
  maintenance: {},
  answered: undefined,
};

/** A swap that began and was not recorded as finished. */
export interface Unfinished {
  readonly epoch: number;
  /** Router name. */
  readonly to: string;
  /** Why it began. */
  readonly reason: string;
  /** Names of the routes that it left; undefined: it died before it could write that down. */
  readonly remaining?: readonly string[];
}

/** Somebody is swapping right now: a run of ours holds the lease. */
export function isSwapUnderWay({ leasedUntil }: Memory, now: number): boolean {
  return leasedUntil !== undefined && leasedUntil > now;
}

const SETTLED_MS = 10_000;

/** The last swap's lease has been over for so long that no read shows any more what was before its last call. */
export function isSettled({ leasedUntil }: Memory, now: number): boolean {
  return leasedUntil !== undefined && now - leasedUntil > SETTLED_MS;
}

/** What one round of health-probe found: eBGP per router name; null: the router did not answer (unknown, never down). */
export interface ProbeRound {
  /** Which turn of the schedule: EventBridge may deliver one twice, which makes it no two rounds. */
  readonly turn?: string;
  readonly at: number;
  readonly ebgp: Readonly<Record<string, EbgpCount | null>>;
}

/** A router's own sign of life. */
export interface Heartbeat {
  /** ms since the epoch. */
  readonly at: number;
  /** When it promised the next one, ms later; undefined: it did not. */
  readonly everyMs?: number | undefined;
  /** Its eBGP sessions; undefined: it could not read them, which says nothing about them. */
  readonly ebgp?: EbgpCount | undefined;
}

/** A router of another site lost sight of a router of this one. */
export interface Testimony {
  readonly by: string;
  readonly about: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** Automatic swaps are only noted, for a stated time. It ends by itself. */
export interface Pause {
  /** ms since the epoch. */
  readonly since: number;
  readonly until: number;
  readonly by: string;
  readonly reason: string;
  /** People were told that it ends soon. */
  readonly warned?: boolean;
}

/** Whether the site could fail over, as the probe last found a change of it, or of the routes that EC2 refuses. */
export interface Health {
  readonly state: 'well' | 'degraded';
  /** ms since the epoch. */
  readonly since: number;
  readonly problems: readonly string[];
  /** Routes that EC2 would not let us move when it was asked last; each stays until it is asked again, and would. */
  readonly refused?: readonly RefusedRoute[];
}

/** A managed route whose rehearsal failed, and EC2's reason. */
export interface RefusedRoute extends ManagedRoute {
  readonly why: string;
}

/** A router under maintenance never gets the routes. */
export interface Maintenance {
  /** ms since the epoch. */
  readonly since: number;
  readonly by: string;
  readonly reason: string;
}
