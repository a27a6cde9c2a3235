import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { PendingChange, PushedConfig, PushJournal } from '#contracts/push-journal.ts';
import { packedLines, unpackedLines } from './packed-lines.ts';

/**
 * The memory of config-push, in the site's table: `push/journal`, `push/pushed#<router>` and `push/called-off#<router>`. A
 * partition of its own: a failover reads all of `swap` and `probe` and has no use for configurations.
 */
export class PushStore {
  readonly #db: DynamoDBClient;
  readonly #table: string;

  constructor(db: DynamoDBClient, table: string) {
    this.#db = db;
    this.#table = table;
  }

  /** The last push; undefined before the first. */
  async journal(): Promise<PushJournal | undefined> {
    return unpackedJournal((await this.#get('journal'))?.journal as PackedJournal | undefined);
  }

  /**
   * Takes the lease and the place of the journal.
   *
   * @param seen the journal that was read before; its place is taken only if it is there as it was, and nobody is at work
   * @returns false: somebody else was faster
   */
  async begin(journal: PushJournal, seen: PushJournal | undefined, now: number): Promise<boolean> {
    const { condition, values } = stillAs(seen);
    return this.#putJournal(journal, `attribute_not_exists(pk) OR (${condition} AND journal.leasedUntil <= :now)`, {
      ...values,
      ':now': now,
    });
  }

  /**
   * Goes on with the same push in another run, whether the one before is at work or not; that one has lost the lease.
   *
   * @returns false: the journal is not as it was `seen` any more
   */
  async takeOver(journal: PushJournal, seen: PushJournal): Promise<boolean> {
    const { condition, values } = stillAs(seen);
    return this.#putJournal(journal, condition, values);
  }

  /** @returns false: the lease was lost, another run has begun */
  async update(journal: PushJournal): Promise<boolean> {
    return this.#putJournal(journal, 'journal.run = :run', { ':run': journal.run });
  }

  /** A push that is given up at a router: a run of it that comes later finds that out, and does not begin. */
  async cancel(router: string, id: string): Promise<void> {
    await this.#put({ sk: `called-off#${router}`, id });
  }

  /** @returns the push that was given up last at a router; undefined: none */
  async cancelledPush(router: string): Promise<string | undefined> {
    return (await this.#get(`called-off#${router}`))?.id as string | undefined;
  }

  async pushed(router: string): Promise<PushedConfig | undefined> {
    const pushed = (await this.#get(`pushed#${router}`))?.pushed as Packed<PushedConfig> | undefined;
    return pushed && unpacked(pushed);
  }

  async setPushed(router: string, pushed: PushedConfig): Promise<void> {
    await this.#put({ sk: `pushed#${router}`, pushed: packed(pushed) });
  }

  async #get(sk: string): Promise<Record<string, unknown> | undefined> {
    const { Item } = await this.#db.send(
      new GetItemCommand({ TableName: this.#table, Key: marshall({ pk: PARTITION, sk }), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : unmarshall(Item);
  }

  async #putJournal(
    journal: PushJournal,
    ConditionExpression: string,
    values: Record<string, unknown>,
  ): Promise<boolean> {
    try {
      await this.#put(
        { sk: 'journal', journal: { ...journal, applying: journal.applying && packed(journal.applying) } },
        {
          ConditionExpression,
          ExpressionAttributeValues: marshall(values),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // The SDK retried a write whose answer got lost: the item that is in our way is our own.
      const inTheWay = error.Item === undefined ? undefined : (unmarshall(error.Item).journal as PackedJournal);
      return inTheWay?.run === journal.run;
    }
  }

  async #put(
    item: Record<string, unknown>,
    condition: Pick<
      PutItemCommand['input'],
      'ConditionExpression' | 'ExpressionAttributeValues' | 'ReturnValuesOnConditionCheckFailure'
    > = {},
  ): Promise<void> {
    const Item = marshall({ pk: PARTITION, ...item }, { removeUndefinedValues: true });
    await this.#db.send(new PutItemCommand({ TableName: this.#table, Item, ...condition }));
  }
}

/** What was read is still there: its run may have gone on since. */
function stillAs(seen: PushJournal | undefined): {
  readonly condition: string;
  readonly values: Record<string, unknown>;
} {
  const { run = '', revision } = seen ?? {};
  if (revision === undefined)
    return { condition: 'journal.run = :seen AND attribute_not_exists(journal.revision)', values: { ':seen': run } };
  const condition = 'journal.run = :seen AND journal.revision = :revision';
  return { condition, values: { ':seen': run, ':revision': revision } };
}

interface WithLines {
  readonly lines: readonly string[];
}

/** As it lies in the table: an item has room for 400 KB, and the configuration of 99 tunnels is as large. */
type Packed<T extends WithLines> = Omit<T, 'lines'> & { readonly lines: string | readonly string[] };
type PackedJournal = Omit<PushJournal, 'applying'> & { readonly applying?: Packed<PendingChange> };

function packed<T extends WithLines>(of: T): Packed<T> {
  return { ...of, lines: packedLines(of.lines) };
}

function unpacked<T extends WithLines>(of: Packed<T>): T {
  // An earlier release wrote a list.
  const lines = typeof of.lines === 'string' ? unpackedLines(of.lines) : of.lines;
  return { ...of, lines } as unknown as T;
}

function unpackedJournal(journal: PackedJournal | undefined): PushJournal | undefined {
  return journal && { ...journal, applying: journal.applying && unpacked<PendingChange>(journal.applying) };
}

/** Only config-push may write it. */
const PARTITION = 'push';
