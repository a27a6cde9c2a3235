import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Health, ProbeRound } from '#failover/stored-state.ts';
import { SiteTable } from './site-table.ts';

const KEY = { pk: 'notify', sk: 'memory' } as const;

/** `notify/memory`, and the health of the site in `probe`. */
export function notifyStore<Memory extends object>(db: DynamoDBClient, tableName: string, empty: Memory) {
  const table = new SiteTable(db, tableName);
  return {
    async read(): Promise<{ readonly memory: Memory; readonly version: number }> {
      const item = await table.get(KEY.pk, KEY.sk);
      if (item === undefined) return { memory: empty, version: 0 };
      return { memory: { ...empty, ...(item['memory'] as Memory) }, version: item['version'] as number };
    },

    async write(memory: Memory, version: number): Promise<boolean> {
      const item = { ...KEY, memory, version: version + 1 };
      const existing = await table.putIf(item, {
        expression: 'attribute_not_exists(pk) OR version = :version',
        values: { ':version': version },
      });
      return existing === undefined;
    },

    async readProbe(): Promise<{ readonly health: Health | undefined; readonly lastRoundAt: number | undefined }> {
      const [health, rounds] = await Promise.all([table.get('probe', 'health'), table.get('probe', 'rounds')]);
      return {
        health: health?.['health'] as Health | undefined,
        lastRoundAt: (rounds?.['rounds'] as ProbeRound[] | undefined)?.at(-1)?.at,
      };
    },
  };
}
