import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { BgpStatement, Memory, ProbeRound } from '#failover/observation.ts';
import type { Answer, HistoryEntry, SwapJournal } from '#failover/swap-record.ts';

/** What the store remembers of a site, and of each router's own statements (by router name). */
export interface Recollection {
  readonly memory: Memory;
  readonly statements: Readonly<Record<string, BgpStatement>>;
}

/**
 * The lease lasts longer than the function that holds it can run (15 s), so it outlives its holder only if the
 * function was ended from outside.
 */
export const LEASE_MS = 16_000;

const ANSWERS_KEPT_S = 24 * 3600;
const HISTORY_KEPT_S = 400 * 24 * 3600;
/** Automatic swaps older than this count for no rule. */
const SWAPS_KEPT_MS = 3_600_000;

/**
 * The site's memory in one DynamoDB table: `memory/lease` (epoch, lease and journal in one item, so that one
 * conditional write takes all three), `memory/statement#<router>`, `memory/probes`, `history/<time>#<id>`,
 * `answer#<id>`. Reads are strongly consistent.
 */
export class SiteStore {
  readonly #db: DynamoDBClient;
  readonly #table: string;

  constructor(db: DynamoDBClient, table: string) {
    this.#db = db;
    this.#table = table;
  }

  /**
   * Everything that a decision needs.
   *
   * @param trigger the trigger's id: was it answered before?
   */
  async recall(trigger: string): Promise<Recollection> {
    const [answered, items] = await Promise.all([this.#answered(trigger), this.#memory()]);
    const lease = items.find((item) => item.sk === 'lease') as LeaseItem | undefined;
    const probes = items.find((item) => item.sk === 'probes') as { rounds: ProbeRound[] } | undefined;
    const statements = items.filter((item) => String(item.sk).startsWith('statement#')) as unknown as StatementItem[];
    return {
      memory: {
        epoch: lease?.epoch ?? 0,
        leasedUntil: lease?.leasedUntil,
        unfinished: lease?.finished === false ? summaryOf(lease.journal) : undefined,
        automaticSwaps: lease?.automaticSwaps ?? [],
        probes: probes?.rounds ?? [],
        answered,
      },
      statements: Object.fromEntries(statements.map(({ router, statement }) => [router, statement])),
    };
  }

  async #memory(): Promise<readonly Record<string, unknown>[]> {
    const { Items = [] } = await this.#db.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': 'memory' }),
        ConsistentRead: true,
      }),
    );
    return Items.map((item) => unmarshall(item));
  }

  /** A router's own statement; the newest one is kept. */
  async remember(router: string, statement: BgpStatement): Promise<void> {
    await this.#put({ pk: 'memory', sk: `statement#${router}`, router, statement });
  }

  /** The last rounds of the probe, newest last. */
  async rememberProbes(rounds: readonly ProbeRound[]): Promise<void> {
    await this.#put({ pk: 'memory', sk: 'probes', rounds });
  }

  /**
   * Takes the lease, the next epoch and the place for the journal in one conditional write.
   *
   * @returns false if somebody began a swap since `recall`, or holds the lease
   */
  async begin(journal: SwapJournal, memory: Memory, now: number): Promise<boolean> {
    const automaticSwaps = memory.automaticSwaps.filter((at) => now - at < SWAPS_KEPT_MS);
    if (journal.automatic) automaticSwaps.push(now);
    const item: LeaseItem = {
      epoch: journal.epoch,
      leasedUntil: now + LEASE_MS,
      finished: false,
      journal,
      automaticSwaps,
    };
    try {
      await this.#db.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: marshall({ pk: 'memory', sk: 'lease', ...item }, { removeUndefinedValues: true }),
          ConditionExpression: 'attribute_not_exists(pk) OR (epoch = :seen AND leasedUntil <= :now)',
          ExpressionAttributeValues: marshall({ ':seen': memory.epoch, ':now': now }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // The SDK retried a write whose answer got lost: the item that is in our way is our own.
      const inTheWay = error.Item === undefined ? undefined : (unmarshall(error.Item) as LeaseItem);
      return inTheWay?.journal.run === journal.run;
    }
  }

  /**
   * Gives the lease back. `finished`: the journal is done. Does nothing if a newer epoch has begun: a late run has no
   * say any more.
   */
  async release(epoch: number, finished: boolean): Promise<void> {
    try {
      await this.#db.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: marshall({ pk: 'memory', sk: 'lease' }),
          UpdateExpression: 'SET leasedUntil = :free, finished = :finished',
          ConditionExpression: 'epoch = :epoch',
          ExpressionAttributeValues: marshall({ ':free': 0, ':finished': finished, ':epoch': epoch }),
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** Remembers a final answer for a day. */
  async answer(id: string, answer: Answer): Promise<void> {
    await this.#put({ pk: `answer#${id}`, sk: 'answer', answer, expires: seconds(answer.at) + ANSWERS_KEPT_S });
  }

  /** Adds to the history that people read; kept for 400 days. */
  async record(entry: HistoryEntry): Promise<void> {
    const sk = `${new Date(entry.at).toISOString()}#${entry.id}`;
    await this.#put({ pk: 'history', sk, entry, expires: seconds(entry.at) + HISTORY_KEPT_S });
  }

  /** The newest entries first. */
  async history(limit: number): Promise<readonly HistoryEntry[]> {
    const { Items = [] } = await this.#db.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': 'history' }),
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return Items.map((item) => unmarshall(item).entry as HistoryEntry);
  }

  async #answered(id: string): Promise<Answer | undefined> {
    const { Item } = await this.#db.send(
      new GetItemCommand({
        TableName: this.#table,
        Key: marshall({ pk: `answer#${id}`, sk: 'answer' }),
        ConsistentRead: true,
      }),
    );
    return Item === undefined ? undefined : (unmarshall(Item).answer as Answer);
  }

  async #put(item: Record<string, unknown>): Promise<void> {
    const Item = marshall(item, { removeUndefinedValues: true });
    await this.#db.send(new PutItemCommand({ TableName: this.#table, Item }));
  }
}

interface LeaseItem {
  readonly epoch: number;
  readonly leasedUntil: number;
  readonly finished: boolean;
  readonly journal: SwapJournal;
  readonly automaticSwaps: readonly number[];
}

interface StatementItem {
  readonly router: string;
  readonly statement: BgpStatement;
}

function summaryOf({ epoch, plan, reason }: SwapJournal): Memory['unfinished'] {
  return { epoch, to: plan.to.router, reason };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
