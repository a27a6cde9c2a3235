import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { History } from '#contracts/history.ts';
import { BOUNDED_DESK } from './bounds.ts';
import { historyStore } from './site-store/history.ts';
import { SiteTable } from './site-table.ts';

/** The newest entries of a site's history, from its table: the table stays when its stack is deleted. @throws the SDK's error */
export function readHistory(region: string, table: string, limit: number): Promise<History> {
  return historyStore(new SiteTable(new DynamoDBClient({ ...BOUNDED_DESK, region }), table)).history(limit);
}
