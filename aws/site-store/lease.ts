import { countedSwaps } from '#failover/hold-down.ts';
import { AUTOMATIC_SWAPS_KEPT_MS, LEASE_MS } from '#failover/limits.ts';
import type { StoredSite } from '#failover/stored-site.ts';
import type { LeaseState, RemainingRoutes, StoredState } from '#failover/stored-state.ts';
import type { SwapJournal } from '#failover/swap-record.ts';
import type { UnjournaledSwap } from '#failover/unjournaled-swaps.ts';
import { firstAnswer } from '../first-answer.ts';
import type { Condition, Item, SiteTable } from '../site-table.ts';
import { itemsOf, SWAP, seconds } from './items.ts';

/** `swap/lease`: epoch, lease and journal in one item, so that one conditional write takes all three. */
export interface LeaseItem {
  readonly epoch: number;
  readonly leasedUntil: number;
  readonly finished: boolean;
  readonly journal: SwapJournal;
  readonly automaticSwaps: readonly number[];
  /** Target of a later swap without a journal. */
  readonly lastTarget?: string;
  /** Since the lease was released; null: nothing remained. */
  readonly remaining?: RemainingRoutes | null;
  /** Of a tentative swap: the item that it replaced; null: there was none. */
  readonly itemBefore?: LeaseItem | null;
}

/** `swap/lease` and `swap/unjournaled#<time>`. */
export function leaseStore(table: SiteTable) {
  // Of the last tentative write: a second copy that is carried out after the withdrawal would find the item as it was, and replace it again.
  let lastTentativeWrite: Promise<void> = Promise.resolve();
  return {
    async begin(journal: SwapJournal, stored: StoredState, now: number): Promise<boolean> {
      const existing = await table.putIf(newLease(journal, stored, now), {
        expression: 'attribute_not_exists(pk) OR (epoch = :seen AND leasedUntil <= :now)',
        values: { ':seen': stored.epoch, ':now': now },
      });
      return existing === undefined || isOf(journal, existing);
    },

    async beginTentatively(journal: SwapJournal, { stored, lease }: StoredSite, now: number): Promise<boolean> {
      const before = lease as LeaseItem | undefined;
      // Whether an earlier tentative swap has begun depends on the routes.
      if (before?.itemBefore !== undefined) return false;
      const item = { ...newLease(journal, stored, now), itemBefore: before ?? null };
      // A copy may be refused for the swap of another run, and the other one carried out after that swap's withdrawal.
      const { answer, settled } = firstAnswer(
        async () => {
          const existing = await table.putIf(item, unchangedSince(before));
          if (existing !== undefined && !isOf(journal, existing)) throw new Refused();
        },
        (error) => error instanceof Refused,
      );
      lastTentativeWrite = settled;
      try {
        await answer;
        return true;
      } catch (error) {
        if (error instanceof Refused) return false;
        throw error;
      }
    },

    async withdraw(journal: Pick<SwapJournal, 'epoch' | 'run'>, { lease }: Pick<StoredSite, 'lease'>): Promise<void> {
      await lastTentativeWrite;
      const condition = {
        expression: 'epoch = :epoch AND journal.run = :run AND attribute_exists(itemBefore)',
        values: { ':epoch': journal.epoch, ':run': journal.run },
      };
      if (lease === undefined) await table.deleteIf(SWAP, 'lease', condition);
      else await table.putIf({ ...KEY, ...lease }, condition);
    },

    renew(epoch: number, run: string, now: number): Promise<boolean> {
      return table.updateIf(SWAP, 'lease', 'SET leasedUntil = :until REMOVE itemBefore', {
        expression: 'epoch = :epoch AND journal.run = :run',
        values: { ':until': now + LEASE_MS, ':epoch': epoch, ':run': run },
      });
    },

    async release(epoch: number, run: string, remaining: RemainingRoutes | undefined, now: number): Promise<void> {
      const change = 'SET leasedUntil = :now, finished = :finished, remaining = :remaining REMOVE itemBefore';
      await table.updateIf(SWAP, 'lease', change, {
        expression: 'epoch = :epoch AND journal.run = :run',
        values: {
          ':now': now,
          ':finished': remaining === undefined,
          ':remaining': remaining ?? null,
          ':epoch': epoch,
          ':run': run,
        },
      });
    },

    async countUnjournaled({ at, to, automatic }: UnjournaledSwap): Promise<void> {
      if (automatic) {
        const expires = seconds(at + AUTOMATIC_SWAPS_KEPT_MS);
        await table.put({ pk: SWAP, sk: `unjournaled#${new Date(at).toISOString()}`, unjournaledAt: at, expires });
      }
      const isEnded = await table.updateIf(SWAP, 'lease', 'SET finished = :finished, lastTarget = :to', {
        expression:
          'attribute_not_exists(itemBefore) AND journal.beganAt <= :at AND (journal.#to.eni <> :to OR attribute_exists(lastTarget))',
        values: { ':finished': true, ':to': to, ':at': at },
        names: { '#to': 'to' },
      });
      // The withdrawal of a tentative swap would bring back the earlier swap as it was.
      if (!isEnded && (await table.get(SWAP, 'lease'))?.['itemBefore'] !== undefined)
        throw new Error('A tentative swap is not decided yet');
    },
  };
}

/** The condition of a tentative write does not hold. */
class Refused extends Error {}

const KEY = { pk: SWAP, sk: 'lease' } as const;

function newLease(journal: SwapJournal, stored: StoredState, now: number): Item {
  const automaticSwaps = countedSwaps(stored).filter((at) => now - at < AUTOMATIC_SWAPS_KEPT_MS);
  if (journal.automatic) automaticSwaps.push(now);
  const { epoch } = journal;
  const lease: LeaseItem = { epoch, leasedUntil: now + LEASE_MS, finished: false, journal, automaticSwaps };
  return { ...KEY, ...lease };
}

/** The journal is there: an attempt to write it succeeded, and its answer was lost. */
function isOf({ run, epoch }: SwapJournal, existing: Item | 'nothing-known'): boolean {
  if (existing === 'nothing-known') return false;
  const lease = existing as unknown as LeaseItem;
  return lease.journal.run === run && lease.epoch === epoch;
}

/** Holds if no run has begun, renewed or released a swap, and none was counted, since the item was read. */
function unchangedSince(before: LeaseItem | undefined): Condition {
  if (before === undefined) return { expression: 'attribute_not_exists(pk)', values: {} };
  const { epoch, leasedUntil, finished, lastTarget } = before;
  const target = lastTarget === undefined ? 'attribute_not_exists(lastTarget)' : 'lastTarget = :target';
  return {
    expression: `epoch = :epoch AND leasedUntil = :until AND finished = :finished AND ${target}`,
    values: { ':epoch': epoch, ':until': leasedUntil, ':finished': finished, ':target': lastTarget },
  };
}

export function leaseIn(items: readonly Item[]): Partial<StoredState> {
  const [lease] = itemsOf<LeaseItem>(items, 'lease');
  const state = leaseState(lease, items);
  if (lease?.itemBefore === undefined) return state;
  const { run, to, steps } = lease.journal;
  const recordBefore = lease.itemBefore ?? undefined;
  const before = leaseState(recordBefore, items);
  return { ...state, tentative: { run, to: to.eni, steps, before, recordBefore } };
}

/** For `StoredSite.lease`. */
export function leaseItemIn(items: readonly Item[]): LeaseItem | undefined {
  return itemsOf<LeaseItem>(items, 'lease')[0];
}

const BEFORE_THE_FIRST_SWAP = {
  epoch: 0,
  leasedUntil: undefined,
  unfinished: undefined,
  lastTarget: undefined,
  lastBeganAt: undefined,
} as const;

function leaseState(lease: LeaseItem | undefined, items: readonly Item[]): LeaseState {
  const automaticSwaps = automaticSwapsIn(lease, items);
  if (lease === undefined) return { ...BEFORE_THE_FIRST_SWAP, automaticSwaps };
  const { epoch, leasedUntil, finished, journal, remaining } = lease;
  const to = journal.to.eni;
  const left = remaining === undefined || remaining === null ? {} : { remaining };
  return {
    epoch,
    leasedUntil,
    unfinished: finished ? undefined : { epoch, to, reason: journal.reason, ...left },
    lastTarget: lease.lastTarget ?? to,
    lastBeganAt: journal.beganAt,
    automaticSwaps,
  };
}

/** Once another swap has begun, the lease's list has an unjournaled swap too. */
function automaticSwapsIn(lease: LeaseItem | undefined, items: readonly Item[]): readonly number[] {
  const apart = itemsOf<{ unjournaledAt: number }>(items, 'unjournaled#').map(({ unjournaledAt }) => unjournaledAt);
  return [...new Set([...(lease?.automaticSwaps ?? []), ...apart])].toSorted((a, b) => a - b);
}
