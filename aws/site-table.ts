import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

export type Item = Readonly<Record<string, unknown>>;

export interface Condition {
  /** DynamoDB's condition expression. */
  readonly expression: string;
  /** By `:name`. */
  readonly values: Item;
  /** By `#name`. Default: none. */
  readonly names?: Readonly<Record<string, string>>;
}

/**
 * The site's DynamoDB table, by partition and sort key. The partition names the writer, so that IAM can limit each
 * writer to its own (`dynamodb:LeadingKeys`): `swap`, `answer#…`, `history` and `detail#…` are route-swap's, `push` and `push-detail#…` config-push's, `probe` health-probe's. Reads are
 * strongly consistent: a decision on what was true a second ago could undo what another run has just done.
 */
export class SiteTable {
  readonly #db: DynamoDBClient;
  readonly #table: string;

  constructor(db: DynamoDBClient, table: string) {
    this.#db = db;
    this.#table = table;
  }

  async get(pk: string, sk: string): Promise<Item | undefined> {
    const { Item } = await this.#db.send(
      new GetItemCommand({ TableName: this.#table, Key: marshall({ pk, sk }), ConsistentRead: true }),
    );
    return Item && unmarshall(Item);
  }

  /**
   * Items of a partition in the order of their sort keys, page by page: DynamoDB gives 1 MB at a time.
   *
   * @param newestFirst number of items, the last ones. Default: all, the first ones first
   */
  async query(pk: string, newestFirst?: number): Promise<readonly Item[]> {
    const items: Item[] = [];
    const pages = paginateQuery(
      { client: this.#db },
      {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': pk }),
        ConsistentRead: true,
        ...(newestFirst !== undefined && { ScanIndexForward: false, Limit: newestFirst }),
      },
    );
    for await (const { Items = [] } of pages) {
      items.push(...Items.map((item) => unmarshall(item)));
      if (newestFirst !== undefined && items.length >= newestFirst) return items.slice(0, newestFirst);
    }
    return items;
  }

  async put(item: Item): Promise<void> {
    await this.#db.send(new PutItemCommand({ TableName: this.#table, Item: marshalled(item) }));
  }

  /** @returns the stored item if the condition does not hold (`nothing-known`: DynamoDB returned none); undefined: written */
  async putIf(item: Item, condition: Condition): Promise<Item | 'nothing-known' | undefined> {
    try {
      await this.#db.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: marshalled(item),
          ...conditionInput(condition),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item === undefined ? 'nothing-known' : unmarshall(error.Item);
    }
  }

  async delete(pk: string, sk: string): Promise<void> {
    await this.#db.send(new DeleteItemCommand({ TableName: this.#table, Key: marshall({ pk, sk }) }));
  }

  /** @returns false if the condition does not hold */
  async deleteIf(pk: string, sk: string, condition: Condition): Promise<boolean> {
    const key = { TableName: this.#table, Key: marshall({ pk, sk }) };
    return holds(() => this.#db.send(new DeleteItemCommand({ ...key, ...conditionInput(condition) })));
  }

  /**
   * @param change DynamoDB's update expression; its values are in the condition's
   * @returns false if the condition does not hold
   */
  async updateIf(pk: string, sk: string, change: string, condition: Condition): Promise<boolean> {
    const key = { TableName: this.#table, Key: marshall({ pk, sk }) };
    const input = { ...key, UpdateExpression: change, ...conditionInput(condition) };
    return holds(() => this.#db.send(new UpdateItemCommand(input)));
  }
}

/** @returns false if the condition of this write does not hold */
async function holds(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function conditionInput({ expression, values, names }: Condition) {
  return {
    ConditionExpression: expression,
    // DynamoDB refuses an empty map.
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: marshalled(values) }),
    ...(names !== undefined && { ExpressionAttributeNames: names }),
  };
}

function marshalled(item: Item) {
  return marshall(item, { removeUndefinedValues: true });
}
