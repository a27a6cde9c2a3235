import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { BOUNDED_DESK } from './bounds.ts';

/** Names of all tables of a Region that begin so: what a deleted stack has left is found by its name alone. @throws the SDK's error */
export async function listTables(region: string, prefix: string, signal?: AbortSignal): Promise<readonly string[]> {
  const db = new DynamoDBClient({ ...BOUNDED_DESK, region });
  const names: string[] = [];
  let last: string | undefined;
  do {
    const page = await db.send(
      new ListTablesCommand({ ExclusiveStartTableName: last }),
      signal && { abortSignal: signal },
    );
    names.push(...(page.TableNames ?? []));
    last = page.LastEvaluatedTableName;
  } while (last !== undefined);
  return names.filter((name) => name.startsWith(prefix));
}
