import { longestDurationMs } from '#topology/duration.ts';
import type { BgpCounts } from './bgp-counts.ts';
import type { AnnouncedEvent, Notice } from './scheduled-event.ts';
import type { ManagedRoute } from './site.ts';
import type { Answer } from './swap-record.ts';

/**
 * What the site's store remembers. A router is its interface: what is said of routers is kept by `eni-…`, so that another
 * name changes nothing, and another interface begins with nothing.
 */
export interface StoredState {
  /** False: the store could not be read, and everything else here is empty; or it could not be written. */
  readonly reachable: boolean;
  /** Grows by one with each swap that begins; 0 before the first. */
  readonly epoch: number;
  /** Until when the last swap holds the lease, or held it, ms since the epoch; undefined: nobody ever did. */
  readonly leasedUntil: number | undefined;
  readonly unfinished: UnfinishedSwap | undefined;
  /** Interface that the last swap was meant for, finished or not. */
  readonly lastTarget: string | undefined;
  /** When the last swap that has a journal began, ms since the epoch; undefined: none ever did. */
  readonly lastBeganAt?: number | undefined;
  /** When automatic swaps began, newest last; at least those of the last `AUTOMATIC_SWAPS_KEPT_MS`. */
  readonly automaticSwaps: readonly number[];
  /** The last rounds of health-probe, newest last. */
  readonly probes: readonly ProbeRound[];
  /** What routers of other sites said against routers of this one, newest of each. */
  readonly witnessReports: readonly WitnessReport[];
  /** What EventBridge delivered of the instances' scheduled events, and is not over. */
  readonly notices: readonly Notice[];
  /** Scheduled events that health-probe has told people of. */
  readonly announcedEvents: readonly AnnouncedEvent[];
  readonly pause: Pause | undefined;
  /** What people were told last of a pause. */
  readonly announcedPause: AnnouncedPause | undefined;
  readonly health: Health | undefined;
  /** By interface. */
  readonly maintenance: Readonly<Record<string, Maintenance>>;
  /** How this trigger's id was answered before. */
  readonly answered: Answer | undefined;
}

/** Automatic swaps older than this count for no rule: the longest hold-down that a topology may ask for. */
export const AUTOMATIC_SWAPS_KEPT_MS = longestDurationMs;

/** A memory without anything in it. */
export const NOTHING_STORED: StoredState = {
  reachable: true,
  epoch: 0,
  leasedUntil: undefined,
  unfinished: undefined,
  lastTarget: undefined,
  automaticSwaps: [],
  probes: [],
  witnessReports: [],
  notices: [],
  announcedEvents: [],
  pause: undefined,
  announcedPause: undefined,
  health: undefined,
  maintenance: {},
  answered: undefined,
};

/** A swap that began and was not recorded as finished. */
export interface UnfinishedSwap {
  readonly epoch: number;
  /** The interface that the routes were to move to. */
  readonly to: string;
  /** Why it began. */
  readonly reason: string;
  /** What it left; undefined: it died before it could write that down. */
  readonly remaining?: RemainingRoutes;
}

/** Routes that a swap did not move: however many, of one size in the store. */
export interface RemainingRoutes {
  readonly count: number;
  /** The same for the same routes. */
  readonly digest: string;
}

/** Somebody is swapping right now: a run of ours holds the lease. */
export function isSwapUnderWay({ leasedUntil }: StoredState, now: number): boolean {
  return leasedUntil !== undefined && leasedUntil > now;
}

const SETTLED_MS = 10_000;

/** The last swap's lease has been over for so long that no read shows any more what was before its last call. */
export function isSettled({ leasedUntil }: StoredState, now: number): boolean {
  return leasedUntil !== undefined && now - leasedUntil > SETTLED_MS;
}

/** What one round of health-probe found. */
export interface ProbeRound {
  /** Which turn of the schedule: EventBridge may deliver one twice, which makes it no two rounds. */
  readonly turn?: string;
  readonly at: number;
  /** When a round last found the session between the two routers up; undefined: none did of late. */
  readonly pairUpAt?: number | undefined;
  /** By interface; null: the router did not answer (unknown, never down). */
  readonly readings: Readonly<Record<string, ProbeReading | null>>;
  /** By interface: why a router did not answer, as a clause. A round of an earlier version has none. */
  readonly unanswered?: Readonly<Record<string, string>> | undefined;
}

/** What the probe read on a router, and on which instance: it proves nothing of another one in its place. */
export interface ProbeReading {
  /** `i-…` */
  readonly instance: string;
  /**
   * When the router answered, ms since the epoch: up to a deadline before its round was whole, in which it may have said
   * something newer itself. Undefined: the round's time, as rounds of an earlier version have it.
   */
  readonly at?: number | undefined;
  readonly bgp: BgpCounts;
}

/** A router's own sign of life. */
export interface Heartbeat {
  /** ms since the epoch. */
  readonly at: number;
  /** When it promised the next one, ms later; undefined: it did not. */
  readonly everyMs?: number | undefined;
  /** Its BGP sessions; undefined: it could not read them, which says nothing about them. */
  readonly bgp?: BgpCounts | undefined;
}

/** A router shows every 120 s that its reports arrive; after so long without it the site is not ready. */
export const CONTACT_KEPT_MS = 300_000;

/** A router of another site lost sight of a router of this one. */
export interface WitnessReport {
  /** Name of the router that says so. */
  readonly by: string;
  /** Interface of the router that it says so of. */
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
}

/** People were told of this pause, which `since` and `until` name, that it ends soon, or that it is over. */
export interface AnnouncedPause {
  readonly since: number;
  readonly until: number;
  readonly stage: 'ending' | 'ended';
}

/** Whether the site could fail over, as people were told last, and which routes EC2 refuses. */
export interface Health {
  readonly state: 'well' | 'degraded';
  /** ms since the epoch. */
  readonly since: number;
  readonly problems: readonly string[];
  /** What people were told last to be wrong, by its name (`DiagnosisKind`). */
  readonly diagnosis?: string | undefined;
  /** Routes that EC2 would not let us move when it was asked last; each stays until it is asked again, and would. */
  readonly refused?: readonly RefusedRoute[];
  /** What the newest rounds found instead, too few so far to tell anybody. */
  readonly changing?: PendingHealth | undefined;
}

/** The newest rounds in a row that found something else than what people were told last. */
export interface PendingHealth {
  /** `degraded` of a site that is degraded already: something else is wrong with its owner. */
  readonly to: Health['state'];
  /** The first of them, ms since the epoch. */
  readonly since: number;
  readonly rounds: number;
  /** Which turn of the schedule the newest of them was. */
  readonly turn: string | undefined;
  readonly problems: readonly string[];
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
