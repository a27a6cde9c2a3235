import { LEASE_MS, type Recollection, type SiteStore } from '#aws/site-store.ts';
import {
  AUTOMATIC_SWAPS_KEPT_MS,
  BLANK,
  type Health,
  type Heartbeat,
  type Maintenance,
  type Memory,
  type Pause,
  type ProbeRound,
  type Testimony,
} from '#failover/memory.ts';
import type { BgpStatement } from '#failover/observation.ts';
import { type Answer, type HistoryEntry, isEnd, type SwapJournal } from '#failover/swap-record.ts';

/** All that `SiteStore` does. */
export type SiteMemory = Pick<SiteStore, keyof SiteStore>;

/** The one item that lease, epoch and journal share. */
export interface LeaseItem {
  readonly epoch: number;
  readonly leasedUntil: number;
  readonly finished: boolean;
  readonly journal: SwapJournal;
  readonly automaticSwaps: readonly number[];
  readonly remaining?: readonly string[];
}

/**
 * `SiteStore` without DynamoDB: the same conditions, each method done at once. The contract test runs against both, so
 * that they cannot drift apart.
 */
export class MemoryOfSite implements SiteMemory {
  lease: LeaseItem | undefined;
  readonly statements = new Map<string, BgpStatement>();
  readonly heartbeats = new Map<string, Heartbeat>();
  readonly testimonies = new Map<string, Testimony>();
  readonly maintenance = new Map<string, Maintenance>();
  readonly answers = new Map<string, Answer>();
  readonly #history = new Map<string, HistoryEntry>();
  probes: readonly ProbeRound[] = [];
  pause: Pause | undefined;
  health: Health | undefined;

  async recall(trigger: string): Promise<Recollection> {
    const memory: Memory = {
      ...BLANK,
      ...this.#leased(),
      probes: this.probes,
      testimonies: [...this.testimonies.values()],
      pause: this.pause,
      health: this.health,
      maintenance: Object.fromEntries(this.maintenance),
      answered: this.answers.get(trigger),
    };
    const { statements, heartbeats } = this;
    return { memory, statements: Object.fromEntries(statements), heartbeats: Object.fromEntries(heartbeats) };
  }

  #leased(): Partial<Memory> {
    if (this.lease === undefined) return {};
    const { epoch, leasedUntil, finished, journal, automaticSwaps, remaining } = this.lease;
    const lastTarget = journal.plan.to.router;
    const unfinished = finished ? undefined : { epoch, to: lastTarget, reason: journal.reason, remaining };
    return { epoch, leasedUntil, automaticSwaps, unfinished, lastTarget };
  }

  async begin(journal: SwapJournal, memory: Memory, now: number): Promise<boolean> {
    const { lease } = this;
    if (lease !== undefined && !(lease.epoch === memory.epoch && lease.leasedUntil <= now)) {
      return lease.journal.run === journal.run;
    }
    const recent = memory.automaticSwaps.filter((at) => now - at < AUTOMATIC_SWAPS_KEPT_MS);
    const automaticSwaps = journal.automatic ? [...recent, now] : recent;
    this.lease = { epoch: journal.epoch, leasedUntil: now + LEASE_MS, finished: false, journal, automaticSwaps };
    return true;
  }

  async renew(epoch: number, run: string, now: number): Promise<boolean> {
    const { lease } = this;
    if (lease?.epoch !== epoch || lease.journal.run !== run) return false;
    this.lease = { ...lease, leasedUntil: now + LEASE_MS };
    return true;
  }

  async release(epoch: number, remaining: readonly string[], now: number): Promise<void> {
    const finished = remaining.length === 0;
    if (this.lease?.epoch === epoch) this.lease = { ...this.lease, leasedUntil: now, finished, remaining };
  }

  async remember(router: string, statement: BgpStatement): Promise<void> {
    keepNewest(this.statements, router, statement);
  }

  async beat(router: string, heartbeat: Heartbeat): Promise<void> {
    keepNewest(this.heartbeats, router, heartbeat);
  }

  async testify(testimony: Testimony): Promise<void> {
    keepNewest(this.testimonies, `${testimony.by}#${testimony.about}`, testimony);
  }

  async rememberProbes(rounds: readonly ProbeRound[]): Promise<void> {
    this.probes = rounds;
  }

  async setPause(pause: Pause | undefined, instead?: Pause): Promise<boolean> {
    const stands = this.pause;
    const asRead = stands?.since === instead?.since && stands?.until === instead?.until;
    if (instead !== undefined && !asRead) return false;
    this.pause = pause;
    return true;
  }

  async setHealth(health: Health): Promise<void> {
    this.health = health;
  }

  async setMaintenance(router: string, maintenance: Maintenance | undefined): Promise<void> {
    if (maintenance === undefined) this.maintenance.delete(router);
    else this.maintenance.set(router, maintenance);
  }

  async answer(id: string, answer: Answer): Promise<void> {
    const ended = isEnd(this.answers.get(id)?.outcome ?? 'refused');
    if (isEnd(answer.outcome) || !ended) this.answers.set(id, answer);
  }

  async record(entry: HistoryEntry): Promise<void> {
    this.#history.set(`${new Date(entry.at).toISOString()}#${entry.id}`, entry);
  }

  async history(limit: number): Promise<readonly HistoryEntry[]> {
    const newest = [...this.#history].toSorted(([a], [b]) => (a < b ? 1 : -1));
    return newest.slice(0, limit).map(([, entry]) => entry);
  }

  get entries(): readonly HistoryEntry[] {
    return [...this.#history.values()];
  }
}

/** In whatever order they arrive. */
function keepNewest<T extends { readonly at: number }>(kept: Map<string, T>, key: string, said: T): void {
  const stands = kept.get(key);
  if (stands === undefined || stands.at <= said.at) kept.set(key, said);
}
