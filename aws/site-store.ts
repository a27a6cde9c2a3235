import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import {
  AUTOMATIC_SWAPS_KEPT_MS,
  BLANK,
  type Health,
  type Heartbeat,
  type Maintenance,
  type Memory,
  type Pause,
  type ProbeRound,
  type Testimony,
} from '#failover/memory.ts';
import type { BgpStatement } from '#failover/observation.ts';
import { type Answer, type HistoryEntry, isEnd, type SwapJournal } from '#failover/swap-record.ts';

/** What the store remembers of a site, and each router's own statements in its reports (by router name). */
export interface Recollection {
  readonly memory: Memory;
  readonly statements: Readonly<Record<string, BgpStatement>>;
  /** By router name. */
  readonly heartbeats: Readonly<Record<string, Heartbeat>>;
}

/** Long enough for the slowest call to end, short enough that a crashed run keeps nobody waiting; renewed on the way. */
export const LEASE_MS = 16_000;

const ANSWERS_KEPT_S = 24 * 3600;
const HISTORY_KEPT_S = 400 * 24 * 3600;

/**
 * The site's memory in one DynamoDB table: `memory/lease` (epoch, lease and journal in one item, so that one
 * conditional write takes all three), `memory/statement#<router>`, `memory/heartbeat#<router>`, `memory/testimony#<by>#<about>`, `memory/probes`,
 * `memory/pause`, `memory/maintenance#<router>`, `history/<time>#<id>`, `answer#<id>`. Reads are strongly consistent.
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
    return {
      memory: { ...BLANK, ...leaseIn(items), ...notesIn(items), answered },
      statements: Object.fromEntries(
        itemsOf<StatementItem>(items, 'statement#').map(({ router, statement }) => [router, statement]),
      ),
      heartbeats: Object.fromEntries(
        itemsOf<HeartbeatItem>(items, 'heartbeat#').map(({ router, heartbeat }) => [router, heartbeat]),
      ),
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

  /** What a router said of itself in a report. The newest is kept, in whatever order they arrive. */
  remember(router: string, statement: BgpStatement): Promise<void> {
    return this.#putNewest(`statement#${router}`, 'statement', statement, { router });
  }

  /** A router's sign of life; kept as the above, and beside it: a report promises no other one. */
  beat(router: string, heartbeat: Heartbeat): Promise<void> {
    return this.#putNewest(`heartbeat#${router}`, 'heartbeat', heartbeat, { router });
  }

  /** What a router of another site says; the newest about each of ours is kept. */
  testify(testimony: Testimony): Promise<void> {
    return this.#putNewest(`testimony#${testimony.by}#${testimony.about}`, 'testimony', testimony, {});
  }

  /**
   * @param pause undefined: the pause is over
   * @param instead only in place of this one, which was read before; omitted: whatever stands
   * @returns false if another one stands by now, or none: somebody paused or resumed meanwhile
   */
  async setPause(pause: Pause | undefined, instead?: Pause): Promise<boolean> {
    const item = { pk: 'memory', sk: 'pause', pause };
    if (instead === undefined) {
      await (pause === undefined ? this.#delete('pause') : this.#put(item));
      return true;
    }
    const condition = 'pause.#since = :since AND pause.#until = :until';
    const values = { ':since': instead.since, ':until': instead.until };
    const names = { '#since': 'since', '#until': 'until' };
    return pause === undefined
      ? this.#deleteIf('pause', condition, values, names)
      : this.#putIf(item, condition, values, names);
  }

  /** The last change of the site's ability to fail over. */
  async setHealth(health: Health): Promise<void> {
    await this.#put({ pk: 'memory', sk: 'health', health });
  }

  /** @param maintenance undefined: the router is in service again */
  async setMaintenance(router: string, maintenance: Maintenance | undefined): Promise<void> {
    const sk = `maintenance#${router}`;
    await (maintenance === undefined ? this.#delete(sk) : this.#put({ pk: 'memory', sk, router, maintenance }));
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
    const automaticSwaps = memory.automaticSwaps.filter((at) => now - at < AUTOMATIC_SWAPS_KEPT_MS);
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
   * Keeps the lease for another `LEASE_MS` from now.
   *
   * @returns false if it is not ours any more: a newer swap has begun
   */
  async renew(epoch: number, run: string, now: number): Promise<boolean> {
    return this.#updateLease('SET leasedUntil = :until', 'epoch = :epoch AND journal.run = :run', {
      ':until': now + LEASE_MS,
      ':epoch': epoch,
      ':run': run,
    });
  }

  /**
   * Gives the lease back: it ends `now`. Does nothing if a newer epoch has begun: a late run has no say any more.
   *
   * @param remaining names of the routes that are not there yet; none: the journal is done
   */
  async release(epoch: number, remaining: readonly string[], now: number): Promise<void> {
    const change = 'SET leasedUntil = :now, finished = :finished, remaining = :remaining';
    await this.#updateLease(change, 'epoch = :epoch', {
      ':now': now,
      ':finished': remaining.length === 0,
      ':remaining': remaining,
      ':epoch': epoch,
    });
  }

  /**
   * Remembers the last answer to a trigger for a day. One that ended it stays: a retry that was looked at beside it, and
   * refused, does not open the trigger again.
   */
  async answer(id: string, answer: Answer): Promise<void> {
    const item = { pk: `answer#${id}`, sk: 'answer', answer, expires: seconds(answer.at) + ANSWERS_KEPT_S };
    if (isEnd(answer.outcome)) return this.#put(item);
    await this.#putIf(item, 'attribute_not_exists(pk) OR answer.outcome IN (:refused, :partial, :noted)', {
      ':refused': 'refused',
      ':partial': 'partial',
      ':noted': 'noted',
    });
  }

  /** Adds to the history that people read; kept for 400 days. */
  async record(entry: HistoryEntry): Promise<void> {
    const sk = `${new Date(entry.at).toISOString()}#${entry.id}`;
    await this.#put({ pk: 'history', sk, entry, expires: seconds(entry.at) + HISTORY_KEPT_S });
  }

  /** The newest entries first. */
  async history(limit: number): Promise<readonly HistoryEntry[]> {
    const entries: HistoryEntry[] = [];
    const pages = paginateQuery(
      { client: this.#db },
      {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': 'history' }),
        ScanIndexForward: false,
        Limit: limit,
      },
    );
    // DynamoDB gives 1 MB at a time, and sentences may be long.
    for await (const { Items = [] } of pages) {
      entries.push(...Items.map((item) => unmarshall(item).entry as HistoryEntry));
      if (entries.length >= limit) break;
    }
    return entries.slice(0, limit);
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

  /** @returns false if the condition does not hold */
  async #updateLease(
    UpdateExpression: string,
    ConditionExpression: string,
    values: Record<string, unknown>,
  ): Promise<boolean> {
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: marshall({ pk: 'memory', sk: 'lease' }),
      UpdateExpression,
      ConditionExpression,
      ExpressionAttributeValues: marshall(values),
    });
    return held(this.#db.send(command));
  }

  async #delete(sk: string): Promise<void> {
    await this.#db.send(new DeleteItemCommand({ TableName: this.#table, Key: marshall({ pk: 'memory', sk }) }));
  }

  async #put(item: Record<string, unknown>): Promise<void> {
    const Item = marshall(item, { removeUndefinedValues: true });
    await this.#db.send(new PutItemCommand({ TableName: this.#table, Item }));
  }

  async #putNewest(sk: string, name: string, said: { readonly at: number }, keys: Item): Promise<void> {
    const item = { pk: 'memory', sk, ...keys, [name]: said };
    const names = { '#said': name, '#at': 'at' };
    await this.#putIf(item, 'attribute_not_exists(pk) OR #said.#at <= :at', { ':at': said.at }, names);
  }

  /** @returns false if the condition does not hold */
  #putIf(item: Item, ConditionExpression: string, values: Item, names?: Record<string, string>): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: marshall(item, { removeUndefinedValues: true }),
      ConditionExpression,
      ExpressionAttributeValues: marshall(values),
      ExpressionAttributeNames: names,
    });
    return held(this.#db.send(command));
  }

  /** @returns false if the condition does not hold */
  #deleteIf(sk: string, ConditionExpression: string, values: Item, names: Record<string, string>): Promise<boolean> {
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: marshall({ pk: 'memory', sk }),
      ConditionExpression,
      ExpressionAttributeValues: marshall(values),
      ExpressionAttributeNames: names,
    });
    return held(this.#db.send(command));
  }
}

interface LeaseItem {
  readonly epoch: number;
  readonly leasedUntil: number;
  readonly finished: boolean;
  readonly journal: SwapJournal;
  readonly automaticSwaps: readonly number[];
  /** Since it was given back. */
  readonly remaining?: readonly string[];
}

interface StatementItem {
  readonly router: string;
  readonly statement: BgpStatement;
}

interface HeartbeatItem {
  readonly router: string;
  readonly heartbeat: Heartbeat;
}

type Item = Readonly<Record<string, unknown>>;

/** The items whose sort key begins so; what they hold is what this file wrote. */
function itemsOf<T>(items: readonly Item[], start: string): readonly T[] {
  return items.filter(({ sk }) => String(sk).startsWith(start)) as unknown as T[];
}

/** Did the condition of a write hold? */
async function held(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function leaseIn(items: readonly Item[]): Partial<Memory> {
  const [lease] = itemsOf<LeaseItem>(items, 'lease');
  if (lease === undefined) return {};
  const { epoch, leasedUntil, automaticSwaps, finished, journal, remaining } = lease;
  const lastTarget = journal.plan.to.router;
  const unfinished = finished ? undefined : { epoch, to: lastTarget, reason: journal.reason, remaining };
  return { epoch, leasedUntil, automaticSwaps, unfinished, lastTarget };
}

function notesIn(items: readonly Item[]): Partial<Memory> {
  const maintenance = itemsOf<{ router: string; maintenance: Maintenance }>(items, 'maintenance#');
  return {
    probes: itemsOf<{ rounds: ProbeRound[] }>(items, 'probes')[0]?.rounds ?? [],
    testimonies: itemsOf<{ testimony: Testimony }>(items, 'testimony#').map(({ testimony }) => testimony),
    pause: itemsOf<{ pause: Pause }>(items, 'pause')[0]?.pause,
    health: itemsOf<{ health: Health }>(items, 'health')[0]?.health,
    maintenance: Object.fromEntries(maintenance.map((item) => [item.router, item.maintenance])),
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
