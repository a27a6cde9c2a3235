import type { DetailedEntry, HistoryEntry } from '#contracts/history.ts';
import type { RecordedAnswer } from '#contracts/swap-progress.ts';
import type { BgpEvidence } from '#failover/observation.ts';
import type { AnnouncedEvent, Notice } from '#failover/scheduled-event.ts';
import type { Contact, OperatorOrders, Reporter, StoredSite } from '#failover/stored-site.ts';
import type {
  Acknowledgement,
  AnnouncedPause,
  Health,
  Heartbeat,
  Maintenance,
  Pause,
  ProbeRound,
  RemainingRoutes,
  StoredState,
  WitnessReport,
} from '#failover/stored-state.ts';
import type { SwapJournal } from '#failover/swap-record.ts';
import type { UnjournaledSwap } from '#failover/unjournaled-swaps.ts';

/** What the functions need of the site's store; `aws/site-store` has it. All times are ms since the epoch. */
export interface SiteStore
  extends InterfaceStore,
    StateStore,
    ClaimStore,
    LeaseStore,
    OperatorStore,
    ProbeStore,
    HistoryStore {}

/** Which interfaces the deployed topology has, and had, for the routers. */
export interface InterfaceStore {
  recordInterface(eni: string, router: string): Promise<void>;
  forgetInterface(eni: string): Promise<void>;
}

export interface StateStore {
  /**
   * Reads everything that a decision needs.
   *
   * @param trigger the trigger's id, to find how it was answered before. Omitted: `answered` is undefined
   * @param options.twice each query is sent twice, and the first answer counts. Default: false
   */
  read(trigger?: string, options?: { readonly twice?: boolean }): Promise<StoredSite>;
}

/** Messages of routers. The newest of each kind is kept, in whatever order they arrive. */
export interface ClaimStore {
  /** A router's BGP sessions, from its own report. */
  recordClaim(reporter: Reporter, evidence: BgpEvidence): Promise<void>;
  recordHeartbeat(reporter: Reporter, heartbeat: Heartbeat): Promise<void>;
  recordContact(reporter: Reporter, contact: Contact): Promise<void>;
  /** From a router of another site. */
  recordWitnessReport(report: WitnessReport): Promise<void>;
  /** A scheduled event of an instance, as EventBridge delivered it; a later one of the same code replaces it. */
  setNotice(notice: Notice): Promise<void>;
  /** The event is over, or was cancelled. */
  deleteNotice(notice: Notice): Promise<void>;
}

export interface LeaseStore {
  /**
   * Takes the lease, the next epoch and the place for the journal in one conditional write. A run that asks again, because
   * its first answer was lost, finds its own journal.
   *
   * @param stored as this run read it
   * @returns false if another run has begun a swap since then, or holds the lease
   */
  begin(journal: SwapJournal, stored: StoredState, now: number): Promise<boolean>;
  /**
   * As `begin`, before the swap is decided: a later reader counts the swap as begun only if one of its routes has moved
   * (`failover/tentative-swap.ts`). `release` and `renew` make it definite. The write is sent twice, and the first answer counts.
   *
   * @param seen as it was read, possibly some seconds ago
   * @returns false if anything about the lease or the last swap has changed since
   */
  beginTentatively(journal: SwapJournal, seen: StoredSite, now: number): Promise<boolean>;
  /** Undoes `beginTentatively`: lease and last swap are as they were before. Does nothing if the journal is not there, or definite. */
  withdraw(journal: Pick<SwapJournal, 'epoch' | 'run'>, seen: Pick<StoredSite, 'lease'>): Promise<void>;
  /**
   * Extends the lease to `LEASE_MS` from now.
   *
   * @returns false if this run has lost it: a newer swap has begun
   */
  renew(epoch: number, run: string, now: number): Promise<boolean>;
  /**
   * Ends the lease `now`. Does nothing if a newer epoch has begun.
   *
   * @param remaining routes that are not at the target yet; undefined: none, the journal is closed
   */
  release(epoch: number, run: string, remaining: RemainingRoutes | undefined, now: number): Promise<void>;
  /**
   * Counts a swap that was made while the store could not be written: for hold-down and the hourly limit, if it was
   * automatic. It ends an earlier swap to another router.
   *
   * @throws Error while a tentative swap is in the place of that earlier swap: to be repeated
   */
  countUnjournaled(swap: UnjournaledSwap): Promise<void>;
}

/**
 * A call without an answer is repeated, and its first attempt may be carried out late: an order changes nothing that was ordered after it.
 */
export interface OperatorStore {
  setPause(pause: Pause): Promise<void>;
  /** Automatic swaps are no longer paused. @param orderedAt ms since the epoch */
  endPause(orderedAt: number): Promise<void>;
  setAcknowledgement(acknowledgement: Acknowledgement): Promise<void>;
  setMaintenance(eni: string, maintenance: Maintenance): Promise<void>;
  /** The router is in service again. @param orderedAt ms since the epoch */
  endMaintenance(eni: string, orderedAt: number): Promise<void>;
  /** What a run that moves routes to this interface must obey now. */
  operatorOrders(eni: string): Promise<OperatorOrders>;
}

/** What health-probe writes. */
export interface ProbeStore {
  /**
   * Records the last rounds, newest last. EventBridge may deliver a turn twice, and both at once.
   *
   * @param newest when the newest round was that this delivery has read; undefined: there was none
   * @returns the rounds that another delivery has written since, in which case nothing is written; undefined: written
   */
  recordRounds(rounds: readonly ProbeRound[], newest: number | undefined): Promise<readonly ProbeRound[] | undefined>;
  /** The last change of the site's ability to fail over. */
  setHealth(health: Health): Promise<void>;
  /** @returns false if this stage of the pause is recorded already: another delivery of the same turn was first */
  setAnnouncedPause(announced: AnnouncedPause): Promise<boolean>;
  /**
   * @param before what was recorded when this round began
   * @returns false if another delivery of the same turn has written since
   */
  setAnnouncedEvents(announced: readonly AnnouncedEvent[], before: readonly AnnouncedEvent[]): Promise<boolean>;
}

export interface HistoryStore {
  /**
   * Keeps the last answer to a trigger for a day. An answer that ended the trigger stays: the refusal of a concurrent retry
   * does not open the trigger again.
   */
  recordAnswer(id: string, answer: RecordedAnswer): Promise<void>;
  /** The last answer to a trigger; undefined: none within a day. */
  answer(id: string): Promise<RecordedAnswer | undefined>;
  /** Adds to the history; kept for 400 days. */
  recordHistory(entry: HistoryEntry): Promise<void>;
  /** Keeps an entry with its detail, beside the history: a query of the history reads no details. Kept as long. */
  recordDetail(entry: DetailedEntry): Promise<void>;
  /** The newest entries first. */
  history(limit: number): Promise<readonly HistoryEntry[]>;
  /** The newest entries of a trigger whose detail is kept, newest first. */
  details(id: string): Promise<readonly DetailedEntry[]>;
}
