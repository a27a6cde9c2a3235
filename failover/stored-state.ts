import type { BgpCounts } from './bgp-counts.ts';
import type { InstalledPrograms } from './installed-programs.ts';
import { LEASE_SETTLED_MS } from './limits.ts';
import type { AnnouncedEvent, Notice } from './scheduled-event.ts';
import type { ManagedRoute } from './site.ts';
import type { Answer } from './swap-record.ts';

/**
 * What the site's store holds, as one value. A router is its interface: everything about routers is keyed by `eni-…`, so that
 * renaming a router loses nothing, and a new interface starts with nothing.
 */
export interface StoredState {
  /** False: the store could not be read, and everything else here is empty; or it could not be written. */
  readonly reachable: boolean;
  /** Grows by one with each swap that begins; 0 before the first. */
  readonly epoch: number;
  /** When the lease of the last swap ends, or ended, ms since the epoch; undefined: there was no swap. */
  readonly leasedUntil: number | undefined;
  readonly unfinished: UnfinishedSwap | undefined;
  /** Interface that the last swap moved routes to, finished or not. */
  readonly lastTarget: string | undefined;
  /** When the last journaled swap began, ms since the epoch; undefined: there was none. */
  readonly lastBeganAt?: number | undefined;
  /** When automatic swaps began, newest last; at least those of the last `AUTOMATIC_SWAPS_KEPT_MS`. */
  readonly automaticSwaps: readonly number[];
  /** Set if the last swap was journaled before it was decided; then the above is as if it had begun. Default: it was decided. */
  readonly tentative?: TentativeSwap | undefined;
  /** A tentative swap that has not begun and whose run has ended: its record is to be removed. */
  readonly abandoned?: AbandonedSwap | undefined;
  /** The last rounds of health-probe, newest last. */
  readonly probes: readonly ProbeRound[];
  /** Witness reports by routers of other sites, the newest of each about each router. */
  readonly witnessReports: readonly WitnessReport[];
  /** Scheduled events of the instances that EventBridge delivered and that are not over. */
  readonly notices: readonly Notice[];
  /** Scheduled events that have been announced. */
  readonly announcedEvents: readonly AnnouncedEvent[];
  readonly pause: Pause | undefined;
  /** The last announcement about a pause. */
  readonly announcedPause: AnnouncedPause | undefined;
  /** The last one; undefined: there was none. */
  readonly acknowledgement?: Acknowledgement | undefined;
  readonly health: Health | undefined;
  /** Interfaces of the routers, present and former ones. */
  readonly interfaces: KnownInterfaces;
  /** By interface. */
  readonly maintenance: Readonly<Record<string, Maintenance>>;
  /** The last answer to this trigger's id; undefined: it is new. */
  readonly answered: Answer | undefined;
}

/** Names of the routers that interfaces belong, or belonged, to in deployed topologies of the site; by interface. */
export type KnownInterfaces = Readonly<Record<string, string>>;

/** The state of a store that holds nothing yet. */
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
  interfaces: {},
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
  /** The routes that it left; undefined: the run ended before it recorded them. */
  readonly remaining?: RemainingRoutes | undefined;
  /** No route is at `to`: the swap moved none, or they were moved back. It is not finished, and counts for nothing. */
  readonly noneAtTarget?: true | undefined;
}

/** What a swap changes in the stored state when it begins. */
export type LeaseState = Pick<
  StoredState,
  'epoch' | 'leasedUntil' | 'unfinished' | 'lastTarget' | 'lastBeganAt' | 'automaticSwaps'
>;

/** A swap whose lease and journal were written at the same time as the state was read that it was to be decided on. */
export interface TentativeSwap {
  /** The run that wrote it. */
  readonly run: string;
  /** The interface that the routes were to move to. */
  readonly to: string;
  /** How many routes of the pair were not at `to`. */
  readonly steps: number;
  readonly before: LeaseState;
  /** The record before, as the store keeps it, for the store itself; undefined: there was none. */
  readonly recordBefore: object | undefined;
}

/** The record of a swap that no run has decided. */
export interface AbandonedSwap extends Pick<TentativeSwap, 'run' | 'recordBefore'> {
  readonly epoch: number;
}

/** Routes that a swap did not move, in a form whose size does not grow with their number. */
export interface RemainingRoutes {
  readonly count: number;
  /** Equal for equal sets of routes. */
  readonly digest: string;
  /** The first of them, each with EC2's reason; undefined: an earlier version stored none. */
  readonly routes?: readonly RefusedRoute[];
}

/** Whether a run holds the lease at `now`, ms since the epoch. */
export function isSwapUnderWay({ leasedUntil }: StoredState, now: number): boolean {
  return leasedUntil !== undefined && leasedUntil > now;
}

/** Whether the last lease ended long enough ago that every read shows the state after its last call. */
export function isSettled({ leasedUntil }: StoredState, now: number): boolean {
  return leasedUntil !== undefined && now - leasedUntil > LEASE_SETTLED_MS;
}

/** What one round of health-probe found. */
export interface ProbeRound {
  /** Identifies the scheduled time. EventBridge may deliver it twice; that counts as one round. */
  readonly turn?: string;
  readonly at: number;
  /** When a round last found the pair's iBGP session up; undefined: no recent one did. */
  readonly pairUpAt?: number | undefined;
  /** By interface; null: the router did not answer (unknown, never down). */
  readonly readings: Readonly<Record<string, ProbeReading | null>>;
  /** By interface: why a router did not answer, as a clause. Rounds stored by an earlier version have none. */
  readonly unanswered?: Readonly<Record<string, string>> | undefined;
  /** By interface of a created router: `i-…` that was asked. Its silence is no evidence about another instance. */
  readonly asked?: Readonly<Record<string, string>> | undefined;
}

/** What the probe read on a router. It is evidence for that instance only, not for a replacement. */
export interface ProbeReading {
  /** `i-…` */
  readonly instance: string;
  /**
   * When the router answered, ms since the epoch. A round is complete up to a deadline later, and a claim of the router may
   * arrive in between. Undefined: the round's time (rounds stored by an earlier version).
   */
  readonly at?: number | undefined;
  readonly bgp: BgpCounts;
  /** Undefined: unknown. */
  readonly programs?: InstalledPrograms | undefined;
}

/** A router's periodic claim that it is alive. */
export interface Heartbeat {
  /** ms since the epoch. */
  readonly at: number;
  /** Interval to the next heartbeat, ms; undefined: it announced none. */
  readonly everyMs?: number | undefined;
  /** Its BGP sessions; undefined: it could not read them (unknown, not down). */
  readonly bgp?: BgpCounts | undefined;
  /** Since when the store has taken every heartbeat of the router, ms since the epoch. Undefined: not read from the store, or unknown. */
  readonly since?: number | undefined;
}

/** A router of another site has lost its BFD or BGP session with a router of this one. */
export interface WitnessReport {
  /** Name of the reporting router. */
  readonly by: string;
  /** Interface of the router that the report is about. */
  readonly about: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** Automatic swaps are suspended until a stated time: decisions are recorded and nothing moves. */
export interface Pause {
  /** ms since the epoch. */
  readonly since: number;
  readonly until: number;
  readonly by: string;
  readonly reason: string;
}

/** The announcement that a pause, identified by `since` and `until`, ends soon or has ended. */
export interface AnnouncedPause {
  readonly since: number;
  readonly until: number;
  readonly stage: 'ending' | 'ended';
}

/** `down`: traffic is lost now. `degraded`: redundancy is lost, or what would be needed for a failover. */
export type SiteSeverity = 'down' | 'degraded';

/** Whether the site could fail over, as last announced, and the routes that EC2 refuses to replace. */
export interface Health {
  readonly state: 'well' | 'degraded';
  /** ms since the epoch. */
  readonly since: number;
  readonly problems: readonly string[];
  /** The diagnosis announced last (`DiagnosisKind`). */
  readonly diagnosis?: string | undefined;
  /** The severity announced last; undefined: `well`, or stored by an earlier version. */
  readonly severity?: SiteSeverity | undefined;
  /** Since when every round has found this severity, ms since the epoch; undefined: `well`, or stored by an earlier version. */
  readonly severitySince?: number | undefined;
  /** Routes whose last rehearsal EC2 refused; each stays listed until a rehearsal of it succeeds. */
  readonly refused?: readonly RefusedRoute[];
  /** A different state that the newest rounds found, not yet announced. */
  readonly changing?: PendingHealth | undefined;
}

/** Consecutive newest rounds that contradict the announced health. */
export interface PendingHealth {
  /** `degraded` although the site is degraded already: the owner's diagnosis has changed. */
  readonly to: Health['state'];
  /** The first of them, ms since the epoch. */
  readonly since: number;
  readonly rounds: number;
  /** Scheduled time of the newest of them. */
  readonly turn: string | undefined;
  readonly problems: readonly string[];
  /** Of the newest of them, and since when; undefined: they found the site well, or an earlier version stored them. */
  readonly severity?: SiteSeverity | undefined;
  readonly severitySince?: number | undefined;
}

/** A managed route that could not be moved, in a rehearsal or in a swap, and EC2's reason. */
export interface RefusedRoute extends ManagedRoute {
  readonly why: string;
}

/** An operator has seen a condition of the site, and works on it. It changes no decision. */
export interface Acknowledgement {
  /** ms since the epoch. */
  readonly since: number;
  /** Of the trigger in the history; undefined: the condition of the site at that time. */
  readonly id?: string | undefined;
  readonly by: string;
  readonly reason: string;
}

/** A router in maintenance is never a target. */
export interface Maintenance {
  /** ms since the epoch. */
  readonly since: number;
  readonly by: string;
  readonly reason: string;
}
