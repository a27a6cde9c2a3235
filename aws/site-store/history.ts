import type { DetailedEntry, HistoryEntry } from '#contracts/history.ts';
import { withKind } from '#contracts/history-kinds.ts';
import type { RecordedAnswer } from '#contracts/swap-progress.ts';
import { isFinal } from '#failover/swap-record.ts';
import type { SiteTable } from '../site-table.ts';
import { seconds } from './items.ts';

const ANSWERS_KEPT_S = 24 * 3600;
const HISTORY_KEPT_S = 400 * 24 * 3600;
const HISTORY = 'history';
/** Earlier versions of the command line and of route-swap read these in every entry; kinds that have none get zeros. */
const IN_EVERY_ENTRY = { epoch: 0, moved: 0, tookMs: 0 } as const;

/** An answer of a function has 6 MB at most, and a detail 400 KB. */
const DETAILS_ANSWERED = 10;

/** `history/<time>#<id>`, `detail#<id>/<time>`, `push-detail#<id>/<time>`, `answer#<id>`. */
export function historyStore(table: SiteTable) {
  return {
    async recordAnswer(id: string, answer: RecordedAnswer): Promise<void> {
      const item = { pk: `answer#${id}`, sk: 'answer', answer, expires: seconds(answer.at) + ANSWERS_KEPT_S };
      if (isFinal(answer.outcome)) return table.put(item);
      await table.putIf(item, {
        expression: 'attribute_not_exists(pk) OR answer.outcome IN (:refused, :partial, :noted)',
        values: { ':refused': 'refused', ':partial': 'partial', ':noted': 'noted' },
      });
    },

    answer: (id: string): Promise<RecordedAnswer | undefined> => answerTo(id, table),

    recordHistory(entry: HistoryEntry): Promise<void> {
      const sk = `${new Date(entry.at).toISOString()}#${entry.id}`;
      const stored = { ...IN_EVERY_ENTRY, ...entry };
      return table.put({ pk: HISTORY, sk, entry: stored, expires: expiry(entry) });
    },

    /** As JSON: a map of DynamoDB would be half as large again. */
    recordDetail(entry: DetailedEntry): Promise<void> {
      const sk = new Date(entry.at).toISOString();
      return table.put({
        pk: PARTITIONS[entry.kind](entry.id),
        sk,
        entry: JSON.stringify(entry),
        expires: expiry(entry),
      });
    },

    async history(limit: number): Promise<readonly HistoryEntry[]> {
      const items = await table.query(HISTORY, limit);
      return items.map(({ entry }) => withKind(entry) as HistoryEntry);
    },

    async details(id: string): Promise<readonly DetailedEntry[]> {
      const items = await Promise.all(
        Object.values(PARTITIONS).map((partition) => table.query(partition(id), DETAILS_ANSWERED)),
      );
      return items.flat().map(({ entry }) => JSON.parse(String(entry)) as DetailedEntry);
    },
  };
}

/** Of two writers: route-swap's and config-push's. */
const PARTITIONS = { swap: (id: string) => `detail#${id}`, push: (id: string) => `push-detail#${id}` } as const;
const expiry = ({ at }: Pick<HistoryEntry, 'at'>) => seconds(at) + HISTORY_KEPT_S;

export async function answerTo(trigger: string, table: SiteTable): Promise<RecordedAnswer | undefined> {
  const item = await table.get(`answer#${trigger}`, 'answer');
  return item?.answer as RecordedAnswer | undefined;
}
