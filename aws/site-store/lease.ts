import { AUTOMATIC_SWAPS_KEPT_MS, LEASE_MS } from '#failover/limits.ts';
import type { RemainingRoutes, StoredState } from '#failover/stored-state.ts';
import type { SwapJournal } from '#failover/swap-record.ts';
import type { UnjournaledSwap } from '#failover/unjournaled-swaps.ts';
import type { Item, SiteTable } from '../site-table.ts';
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
}

/** `swap/lease` and `swap/unjournaled#<time>`. */
export function leaseStore(table: SiteTable) {
  return {
    async begin(journal: SwapJournal, stored: StoredState, now: number): Promise<boolean> {
      const automaticSwaps = stored.automaticSwaps.filter((at) => now - at < AUTOMATIC_SWAPS_KEPT_MS);
      if (journal.automatic) automaticSwaps.push(now);
      const { epoch } = journal;
      const lease: LeaseItem = { epoch, leasedUntil: now + LEASE_MS, finished: false, journal, automaticSwaps };
      const existing = await table.putIf(
        { pk: SWAP, sk: 'lease', ...lease },
        {
          expression: 'attribute_not_exists(pk) OR (epoch = :seen AND leasedUntil <= :now)',
          values: { ':seen': stored.epoch, ':now': now },
        },
      );
      if (existing === undefined) return true;
      return existing !== 'nothing-known' && (existing as unknown as LeaseItem).journal.run === journal.run;
    },

    renew(epoch: number, run: string, now: number): Promise<boolean> {
      return table.updateIf(SWAP, 'lease', 'SET leasedUntil = :until', {
        expression: 'epoch = :epoch AND journal.run = :run',
        values: { ':until': now + LEASE_MS, ':epoch': epoch, ':run': run },
      });
    },

    async release(epoch: number, run: string, remaining: RemainingRoutes | undefined, now: number): Promise<void> {
      const change = 'SET leasedUntil = :now, finished = :finished, remaining = :remaining';
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
      await table.updateIf(SWAP, 'lease', 'SET finished = :finished, lastTarget = :to', {
        expression: 'journal.beganAt <= :at AND (journal.#to.eni <> :to OR attribute_exists(lastTarget))',
        values: { ':finished': true, ':to': to, ':at': at },
        names: { '#to': 'to' },
      });
    },
  };
}

export function leaseIn(items: readonly Item[]): Partial<StoredState> {
  const [lease] = itemsOf<LeaseItem>(items, 'lease');
  const automaticSwaps = automaticSwapsIn(lease, items);
  if (lease === undefined) return { automaticSwaps };
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
