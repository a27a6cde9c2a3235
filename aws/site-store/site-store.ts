import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { StoredSite } from '#failover/stored-site.ts';
import { NOTHING_STORED } from '#failover/stored-state.ts';
import { firstAnswer } from '../first-answer.ts';
import { SiteTable } from '../site-table.ts';
import { claimStore, claimsIn, othersReportsIn } from './claims.ts';
import { answerTo, historyStore } from './history.ts';
import { interfaceStore, interfacesIn } from './interfaces.ts';
import { PROBE, SWAP } from './items.ts';
import { leaseIn, leaseItemIn, leaseStore } from './lease.ts';
import { operatorSettingsIn, operatorStore } from './operator-settings.ts';
import { probeRoundsIn, probeStore } from './probe-rounds.ts';

/**
 * The site's store in one DynamoDB table (`functions/site-store.ts` says what each call does). Each file of this folder names
 * the items that it writes. No item grows with the number of routes: DynamoDB allows 400 KB.
 */
export function siteStore(db: DynamoDBClient, tableName: string) {
  const table = new SiteTable(db, tableName);
  return {
    ...leaseStore(table),
    ...claimStore(table),
    ...operatorStore(table),
    ...probeStore(table),
    ...historyStore(table),
    ...interfaceStore(table),

    async read(trigger?: string, { twice = false } = {}): Promise<StoredSite> {
      const read = twice
        ? <T>(call: () => Promise<T>) => firstAnswer(call).answer
        : <T>(call: () => Promise<T>) => call();
      const [answered, swap, probe] = await Promise.all([
        trigger === undefined ? undefined : read(() => answerTo(trigger, table)),
        read(() => table.query(SWAP)),
        read(() => table.query(PROBE)),
      ]);
      return {
        stored: {
          ...NOTHING_STORED,
          ...leaseIn(swap),
          ...othersReportsIn(swap),
          ...operatorSettingsIn(swap),
          ...interfacesIn(swap),
          ...probeRoundsIn(probe),
          answered,
        },
        lease: leaseItemIn(swap),
        ...claimsIn(swap),
      };
    },
  };
}
