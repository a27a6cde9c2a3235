import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { HistoryEntry } from '#contracts/history.ts';
import { withKind } from '#contracts/history-kinds.ts';
import { AUTOMATIC_SWAPS_KEPT_MS } from '#failover/limits.ts';
import type { BgpEvidence } from '#failover/observation.ts';
import { type AnnouncedEvent, keptUntil, type Notice } from '#failover/scheduled-event.ts';
import {
  type AnnouncedPause,
  type Health,
  type Heartbeat,
  type Maintenance,
  NOTHING_STORED,
  type Pause,
  type ProbeRound,
  type RemainingRoutes,
  type StoredState,
  type WitnessReport,
} from '#failover/stored-state.ts';
import { type Answer, isFinal, type SwapJournal } from '#failover/swap-record.ts';
import type { UnjournaledSwap } from '#failover/unjournaled-swaps.ts';
import { type Item, SiteTable } from './site-table.ts';

/** Who said something: an interface, and the instance that was attached to it then. */
export interface Speaker {
  /** `eni-…` */
  readonly eni: string;
  /** `i-…` */
  readonly instance: string;
}

/** What the store remembers of a site, and what each router said, by its interface. */
export interface Recollection {
  readonly stored: StoredState;
  /** In its reports. */
  readonly evidence: Readonly<Record<string, Said<BgpEvidence>>>;
  readonly heartbeats: Readonly<Record<string, Said<Heartbeat>>>;
  readonly contacts: Readonly<Record<string, Said<Contact>>>;
}

/** A word, and the instance that said it: it proves nothing of another one. */
export interface Said<Word> {
  readonly instance: string;
  readonly word: Word;
}

/** A router's proof that its reports arrive. */
export interface Contact {
  /** ms since the epoch. */
  readonly at: number;
}

/** What people said that a run under way must obey. */
export interface Orders {
  readonly pause: Pause | undefined;
  /** Of the router asked about. */
  readonly maintenance: Maintenance | undefined;
}

/** Long enough for the slowest call to end, short enough that a crashed run keeps nobody waiting; renewed on the way. */
export const LEASE_MS = 16_000;

const ANSWERS_KEPT_S = 24 * 3600;
const HISTORY_KEPT_S = 400 * 24 * 3600;

/** Partition that only route-swap writes. */
const SWAP = 'swap';
/** Partition that only health-probe writes. */
const PROBE = 'probe';
const HISTORY = 'history';

/**
 * The site's memory in one DynamoDB table: `swap/lease` (epoch, lease and journal in one item, so that one conditional write
 * takes all three), `swap/unjournaled#<time>`, `swap/statement#<eni>`, `swap/heartbeat#<eni>`, `swap/contact#<eni>`,
 * `swap/testimony#<by>#<eni>`, `swap/notice#<instance>#<code>`, `swap/pause`, `swap/maintenance#<eni>`; `probe/rounds`,
 * `probe/health`, `probe/told-pause`, `probe/announced-events`;
 * `history/<time>#<id>`, `answer#<id>`. No item grows with the number of routes: DynamoDB takes 400 KB.
 */
export class SiteStore {
  readonly #table: SiteTable;

  constructor(db: DynamoDBClient, table: string) {
    this.#table = new SiteTable(db, table);
  }

  /**
   * Everything that a decision needs.
   *
   * @param trigger the trigger's id: was it answered before?
   */
  async recall(trigger: string): Promise<Recollection> {
    const [answered, swap, probe] = await Promise.all([
      this.#table.get(`answer#${trigger}`, 'answer'),
      this.#table.query(SWAP),
      this.#table.query(PROBE),
    ]);
    return {
      stored: {
        ...NOTHING_STORED,
        ...leaseIn(swap),
        ...wordsIn(swap),
        ...probeIn(probe),
        automaticSwaps: automaticSwapsIn(swap),
        answered: answered?.answer as Answer | undefined,
      },
      evidence: saidIn<BgpEvidence>(swap, 'statement'),
      heartbeats: saidIn<Heartbeat>(swap, 'heartbeat'),
      contacts: saidIn<Contact>(swap, 'contact'),
    };
  }

  /** What a router said of itself in a report. The newest is kept, in whatever order they arrive. */
  remember(speaker: Speaker, statement: BgpEvidence): Promise<void> {
    return this.#putNewest(`statement#${speaker.eni}`, statement, { ...speaker });
  }

  /** A router's sign of life; kept as the above, and beside it: a report promises no other one. */
  beat(speaker: Speaker, heartbeat: Heartbeat): Promise<void> {
    return this.#putNewest(`heartbeat#${speaker.eni}`, heartbeat, { ...speaker });
  }

  /** A router's proof that its reports arrive. */
  contact(speaker: Speaker, contact: Contact): Promise<void> {
    return this.#putNewest(`contact#${speaker.eni}`, contact, { ...speaker });
  }

  /** What a router of another site says; the newest about each of ours is kept. */
  testify(testimony: WitnessReport): Promise<void> {
    return this.#putNewest(`testimony#${testimony.by}#${testimony.about}`, testimony, {});
  }

  /** A scheduled event of an instance, as EventBridge delivered it; a later one of the same code takes its place. */
  async setNotice({ instance, event }: Notice): Promise<void> {
    const sk = noticeKey(instance, event.code);
    await this.#table.put({ pk: SWAP, sk, notice: { instance, event }, expires: seconds(keptUntil(event)) });
  }

  /** It is over, or called off. */
  async forgetNotice({ instance, event }: Notice): Promise<void> {
    await this.#table.delete(SWAP, noticeKey(instance, event.code));
  }

  /**
   * Scheduled events that health-probe has told people of.
   *
   * @param before what was remembered of that when this round began
   * @returns false if another delivery of the same turn has written since
   */
  async setAnnouncedEvents(told: readonly AnnouncedEvent[], before: readonly AnnouncedEvent[]): Promise<boolean> {
    const inTheWay = await this.#table.putIf(
      { pk: PROBE, sk: 'announced-events', told, version: versionOf(told) },
      {
        expression: 'attribute_not_exists(pk) OR version = :before',
        values: { ':before': versionOf(before) },
      },
    );
    return inTheWay === undefined;
  }

  /** @param pause undefined: automatic swaps are no longer paused */
  async setPause(pause: Pause | undefined): Promise<void> {
    if (pause === undefined) await this.#table.delete(SWAP, 'pause');
    else await this.#table.put({ pk: SWAP, sk: 'pause', pause });
  }

  /** @param maintenance undefined: the router is in service again */
  async setMaintenance(eni: string, maintenance: Maintenance | undefined): Promise<void> {
    const sk = `maintenance#${eni}`;
    if (maintenance === undefined) await this.#table.delete(SWAP, sk);
    else await this.#table.put({ pk: SWAP, sk, eni, maintenance });
  }

  /** What a run that moves routes to this interface must obey now. */
  async orders(eni: string): Promise<Orders> {
    const [pause, maintenance] = await Promise.all([
      this.#table.get(SWAP, 'pause'),
      this.#table.get(SWAP, `maintenance#${eni}`),
    ]);
    return {
      pause: pause?.pause as Pause | undefined,
      maintenance: maintenance?.maintenance as Maintenance | undefined,
    };
  }

  /** The last change of the site's ability to fail over. */
  async setHealth(health: Health): Promise<void> {
    await this.#table.put({ pk: PROBE, sk: 'health', health });
  }

  /**
   * What people were told of a pause.
   *
   * @returns false if that was written already: another delivery of the same turn was first
   */
  async setToldPause(told: AnnouncedPause): Promise<boolean> {
    const inTheWay = await this.#table.putIf(
      { pk: PROBE, sk: 'told-pause', told },
      {
        expression:
          'attribute_not_exists(pk) OR told.#since <> :since OR told.#until <> :until OR told.stage <> :stage',
        values: { ':since': told.since, ':until': told.until, ':stage': told.stage },
        names: { '#since': 'since', '#until': 'until' },
      },
    );
    return inTheWay === undefined;
  }

  /**
   * The last rounds of the probe, newest last. EventBridge may deliver a turn twice, and both at once.
   *
   * @param seen when the newest round was that the store had before, ms since the epoch; undefined: it had none
   * @returns the rounds that another delivery has written since, in place of which nothing was written; undefined: kept
   */
  async rememberProbes(
    rounds: readonly ProbeRound[],
    seen: number | undefined,
  ): Promise<readonly ProbeRound[] | undefined> {
    const item = { pk: PROBE, sk: 'rounds', rounds, newest: rounds.at(-1)?.at ?? 0 };
    const there = await this.#table.putIf(item, {
      expression: 'attribute_not_exists(newest) OR newest = :seen',
      values: { ':seen': seen ?? 0 },
    });
    if (there === 'nothing-known') throw new Error('rounds of another delivery are in the way, and cannot be read');
    return there && (there['rounds'] as ProbeRound[]);
  }

  /**
   * Takes the lease, the next epoch and the place for the journal in one conditional write. Asked again by the same run,
   * because its first answer was lost, it finds its own journal and says so.
   *
   * @returns false if somebody began a swap since `recall`, or holds the lease
   */
  async begin(journal: SwapJournal, stored: StoredState, now: number): Promise<boolean> {
    const automaticSwaps = stored.automaticSwaps.filter((at) => now - at < AUTOMATIC_SWAPS_KEPT_MS);
    if (journal.automatic) automaticSwaps.push(now);
    const lease: LeaseItem = {
      epoch: journal.epoch,
      leasedUntil: now + LEASE_MS,
      finished: false,
      journal,
      automaticSwaps,
    };
    const inTheWay = await this.#table.putIf(
      { pk: SWAP, sk: 'lease', ...lease },
      {
        expression: 'attribute_not_exists(pk) OR (epoch = :seen AND leasedUntil <= :now)',
        values: { ':seen': stored.epoch, ':now': now },
      },
    );
    if (inTheWay === undefined) return true;
    return inTheWay !== 'nothing-known' && (inTheWay as unknown as LeaseItem).journal.run === journal.run;
  }

  /**
   * Keeps the lease for another `LEASE_MS` from now.
   *
   * @returns false if it is not ours any more: a newer swap has begun
   */
  async renew(epoch: number, run: string, now: number): Promise<boolean> {
    return this.#table.updateIf(SWAP, 'lease', 'SET leasedUntil = :until', {
      expression: 'epoch = :epoch AND journal.run = :run',
      values: { ':until': now + LEASE_MS, ':epoch': epoch, ':run': run },
    });
  }

  /**
   * Gives the lease back: it ends `now`. Does nothing if a newer epoch has begun: a late run has no say any more.
   *
   * @param remaining routes that are not there yet; undefined: none, the journal is done
   */
  async release(epoch: number, run: string, remaining: RemainingRoutes | undefined, now: number): Promise<void> {
    const change = 'SET leasedUntil = :now, finished = :finished, remaining = :remaining';
    await this.#table.updateIf(SWAP, 'lease', change, {
      expression: 'epoch = :epoch AND journal.run = :run',
      values: {
        ':now': now,
        ':finished': remaining === undefined,
        ':remaining': remaining ?? null,
        ':epoch': epoch,
        ':run': run,
      },
    });
  }

  /**
   * A swap that was made while the store could not be written: it counts for hold-down and the limit, if it was automatic, and
   * ends an earlier one to another router.
   */
  async countUnjournaled({ at, to, automatic }: UnjournaledSwap): Promise<void> {
    if (automatic) {
      const expires = seconds(at + AUTOMATIC_SWAPS_KEPT_MS);
      await this.#table.put({ pk: SWAP, sk: `unjournaled#${new Date(at).toISOString()}`, unjournaledAt: at, expires });
    }
    await this.#table.updateIf(SWAP, 'lease', 'SET finished = :finished, lastTarget = :to', {
      expression: 'journal.beganAt <= :at AND journal.#to.eni <> :to',
      values: { ':finished': true, ':to': to, ':at': at },
      names: { '#to': 'to' },
    });
  }

  /**
   * Remembers the last answer to a trigger for a day. One that ended it stays: a retry that was looked at beside it, and
   * refused, does not open the trigger again.
   */
  async answer(id: string, answer: Answer): Promise<void> {
    const item = { pk: `answer#${id}`, sk: 'answer', answer, expires: seconds(answer.at) + ANSWERS_KEPT_S };
    if (isFinal(answer.outcome)) return this.#table.put(item);
    await this.#table.putIf(item, {
      expression: 'attribute_not_exists(pk) OR answer.outcome IN (:refused, :partial, :noted)',
      values: { ':refused': 'refused', ':partial': 'partial', ':noted': 'noted' },
    });
  }

  /** Adds to the history that people read; kept for 400 days. */
  async record(entry: HistoryEntry): Promise<void> {
    const sk = `${new Date(entry.at).toISOString()}#${entry.id}`;
    await this.#table.put({ pk: HISTORY, sk, entry, expires: seconds(entry.at) + HISTORY_KEPT_S });
  }

  /** The newest entries first. */
  async history(limit: number): Promise<readonly HistoryEntry[]> {
    const items = await this.#table.query(HISTORY, limit);
    return items.map(({ entry }) => withKind(entry) as HistoryEntry);
  }

  async #putNewest(sk: string, word: { readonly at: number }, more: Item): Promise<void> {
    await this.#table.putIf(
      { pk: SWAP, sk, ...more, word },
      { expression: 'attribute_not_exists(pk) OR word.#at <= :at', values: { ':at': word.at }, names: { '#at': 'at' } },
    );
  }
}

interface LeaseItem {
  readonly epoch: number;
  readonly leasedUntil: number;
  readonly finished: boolean;
  readonly journal: SwapJournal;
  readonly automaticSwaps: readonly number[];
  /** Interface that a swap without a journal was meant for since. */
  readonly lastTarget?: string;
  /** Since it was given back; null: nothing remained. */
  readonly remaining?: RemainingRoutes | null;
}

/** The items whose sort key begins so; what they hold is what this file wrote. */
function itemsOf<T>(items: readonly Item[], start: string): readonly T[] {
  return items.filter(({ sk }) => String(sk).startsWith(start)) as unknown as T[];
}

function saidIn<Word>(items: readonly Item[], kind: string): Readonly<Record<string, Said<Word>>> {
  const found = itemsOf<Speaker & { word: Word }>(items, `${kind}#`);
  return Object.fromEntries(found.map(({ eni, instance, word }) => [eni, { instance, word }]));
}

function leaseIn(items: readonly Item[]): Partial<StoredState> {
  const [lease] = itemsOf<LeaseItem>(items, 'lease');
  if (lease === undefined) return {};
  const { epoch, leasedUntil, finished, journal, remaining } = lease;
  const to = journal.to.eni;
  const left = remaining === undefined || remaining === null ? {} : { remaining };
  return {
    epoch,
    leasedUntil,
    unfinished: finished ? undefined : { epoch, to, reason: journal.reason, ...left },
    lastTarget: lease.lastTarget ?? to,
    lastBeganAt: journal.beganAt,
  };
}

/** One that was counted apart is in the lease's list too, once another swap has begun. */
function automaticSwapsIn(items: readonly Item[]): readonly number[] {
  const [lease] = itemsOf<LeaseItem>(items, 'lease');
  const apart = itemsOf<{ unjournaledAt: number }>(items, 'unjournaled#').map(({ unjournaledAt }) => unjournaledAt);
  return [...new Set([...(lease?.automaticSwaps ?? []), ...apart])].toSorted((a, b) => a - b);
}

function wordsIn(items: readonly Item[]): Partial<StoredState> {
  const maintenance = itemsOf<{ eni: string; maintenance: Maintenance }>(items, 'maintenance#');
  return {
    witnessReports: itemsOf<{ word: WitnessReport }>(items, 'testimony#').map(({ word }) => word),
    notices: itemsOf<{ notice: Notice }>(items, 'notice#').map(({ notice }) => notice),
    pause: itemsOf<{ pause: Pause }>(items, 'pause')[0]?.pause,
    maintenance: Object.fromEntries(maintenance.map((item) => [item.eni, item.maintenance])),
  };
}

function probeIn(items: readonly Item[]): Partial<StoredState> {
  return {
    probes: itemsOf<{ rounds: ProbeRound[] }>(items, 'rounds')[0]?.rounds ?? [],
    health: itemsOf<{ health: Health }>(items, 'health')[0]?.health,
    announcedEvents: itemsOf<{ told: AnnouncedEvent[] }>(items, 'announced-events')[0]?.told ?? [],
    announcedPause: itemsOf<{ told: AnnouncedPause }>(items, 'told-pause')[0]?.told,
  };
}

function noticeKey(instance: string, code: string): string {
  return `notice#${instance}#${code}`;
}

/** As many as were told, and when the last of them was. */
function versionOf(told: readonly AnnouncedEvent[]): string {
  return `${told.length} ${Math.max(0, ...told.map(({ at }) => at))}`;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
