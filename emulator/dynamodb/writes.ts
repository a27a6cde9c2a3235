import { isObject, type JsonObject } from '#emulator/aws-json.ts';
import { AwsError } from '#emulator/service.ts';
import type { Table, Tables } from './tables.ts';

type WriteOperation = 'PutItem' | 'UpdateItem' | 'DeleteItem';

export function isWrite(name: string): name is WriteOperation {
  return name === 'PutItem' || name === 'UpdateItem' || name === 'DeleteItem';
}

/** A condition that did not hold, with the item that it did not hold for, if the caller asked for it. */
export class ConditionalCheckFailed extends AwsError {
  readonly item: unknown;

  constructor(message: string, item: unknown) {
    super('ConditionalCheckFailedException', message);
    this.item = item;
  }
}

/**
 * Runs one write, and makes up for what dynalite lacks: `ReturnValuesOnConditionCheckFailure: ALL_OLD`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * Writes of a region must come one after another, or the item returned might not be the one that failed.
 */
export async function write(
  tables: Tables,
  table: Table,
  name: WriteOperation,
  input: JsonObject,
): Promise<Record<string, unknown>> {
  const given = isObject(input['Key']) ? input['Key'] : input['Item'];
  const item = isObject(given) ? given : {};
  const before = await current(tables, table, item);
  try {
    const output = await tables.engine.perform(name, input);
    tables.lastWrite.note(table, item, before);
    return output;
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
    throw new ConditionalCheckFailed(
      error.message,
      input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD' ? before : undefined,
    );
  }
}

/** Undefined also for an invalid key, which the write itself refuses. */
async function current(tables: Tables, table: Table, item: JsonObject): Promise<Record<string, unknown> | undefined> {
  const Key = Object.fromEntries(table.key.map((name) => [name, item[name]]));
  if (!Object.values(Key).every(isObject)) return undefined;
  try {
    const { Item } = await tables.engine.perform('GetItem', { TableName: table.name, Key, ConsistentRead: true });
    return isObject(Item) ? Item : undefined;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
