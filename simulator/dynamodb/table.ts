import { fulfils, type Item, type Names, type Value, valueAt } from './conditions.ts';

/** The fields of the SDK's commands that are used here. */
export interface Input {
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Value>>;
  readonly ReturnValuesOnConditionCheckFailure?: string;
  readonly ConsistentRead?: boolean;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
}

/** One write, as it was done. */
export interface Write {
  readonly at: number;
  readonly pk: string;
  readonly sk: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** The condition of a write does not hold. */
export class ConditionFailed extends Error {
  readonly item: Item | undefined;

  constructor(item: Item | undefined) {
    super('The conditional request failed');
    this.item = item;
  }
}

/**
 * A DynamoDB table with a partition key `pk` and a sort key `sk`, each action done at once: for what the emulator's takes
 * too long and too many turns of Node's loop. The contract of the site's store is tested on both.
 */
export class Table {
  /** By partition, and by sort key. */
  readonly #partitions = new Map<string, Map<string, Item>>();
  readonly #writes: Write[] = [];
  readonly #now: () => number;
  readonly #pageItems: number;

  /** @param pageItems items of a query's page */
  constructor(now: () => number, pageItems: number) {
    this.#now = now;
    this.#pageItems = pageItems;
  }

  get(pk: string, sk: string): Item | undefined {
    return this.#partitions.get(pk)?.get(sk);
  }

  /** The items whose sort key is, or begins, so; of whatever partition. */
  find(sk: RegExp): readonly Item[] {
    return [...this.#partitions.values()].flatMap((items) =>
      [...items].filter(([key]) => sk.test(key)).map(([, item]) => item),
    );
  }

  /**
   * @param staleMs how old a read without ConsistentRead is
   * @throws ConditionFailed
   * @throws Error for an action that it does not know
   */
  perform(name: string, input: Input, staleMs: number): { readonly output: object; readonly write?: Write } {
    switch (name) {
      case 'GetItem':
        return { output: { Item: this.#seen(keyIn(input.Key).pk, input, staleMs)?.get(keyIn(input.Key).sk) } };
      case 'Query':
        return { output: this.#query(input, staleMs) };
      case 'PutItem':
        return this.#write(input, keyIn(input.Item), () => input.Item);
      case 'DeleteItem':
        return this.#write(input, keyIn(input.Key), () => undefined);
      case 'UpdateItem':
        return this.#write(input, keyIn(input.Key), (before) => updated({ ...input.Key, ...before }, input));
      default:
        throw new Error(`the simulator's DynamoDB does not know ${name}`);
    }
  }

  #write(input: Input, { pk, sk }: Key, change: (before: Item | undefined) => Item | undefined) {
    const before = this.get(pk, sk);
    if (!fulfils(input.ConditionExpression, before ?? {}, namesIn(input))) throw new ConditionFailed(before);
    const after = change(before);
    const items = this.#partitions.get(pk) ?? new Map<string, Item>();
    this.#partitions.set(pk, items);
    if (after === undefined) items.delete(sk);
    else items.set(sk, after);
    const write = { at: this.#now(), pk, sk, before, after };
    this.#writes.push(write);
    return { output: {}, write };
  }

  /** @throws Error for another question than for one partition */
  #query(input: Input, staleMs: number): object {
    if (input.KeyConditionExpression !== 'pk = :pk')
      throw new Error(`the simulator's DynamoDB cannot find "${input.KeyConditionExpression}"`);
    const pk = text(input.ExpressionAttributeValues?.[':pk']);
    const items = this.#seen(pk, input, staleMs) ?? new Map<string, Item>();
    const keys = [...items.keys()].toSorted();
    const inOrder = input.ScanIndexForward === false ? keys.toReversed() : keys;
    const start = input.ExclusiveStartKey && keyIn(input.ExclusiveStartKey).sk;
    const from = start === undefined ? 0 : inOrder.indexOf(start) + 1;
    const size = Math.min(input.Limit ?? Number.POSITIVE_INFINITY, this.#pageItems);
    const Items = inOrder
      .slice(from, from + size)
      .map((key) => items.get(key))
      .filter((item) => item !== undefined);
    const last = from + size < inOrder.length ? Items.at(-1) : undefined;
    return { Items, LastEvaluatedKey: last && { pk: last['pk'], sk: last['sk'] } };
  }

  /** What a read of a partition shows: now, or some time ago. */
  #seen(partition: string, { ConsistentRead }: Input, staleMs: number): ReadonlyMap<string, Item> | undefined {
    const items = this.#partitions.get(partition);
    if (ConsistentRead === true || staleMs === 0) return items;
    const then = new Map(items);
    for (const { at, pk, sk, before } of this.#writes.toReversed()) {
      if (at < this.#now() - staleMs) break;
      if (pk !== partition) continue;
      if (before === undefined) then.delete(sk);
      else then.set(sk, before);
    }
    return then;
  }
}

interface Key {
  readonly pk: string;
  readonly sk: string;
}

const text = (value: Value | undefined) => value?.S ?? '';
const keyIn = (item: Item = {}): Key => ({ pk: text(item['pk']), sk: text(item['sk']) });

function namesIn({ ExpressionAttributeNames, ExpressionAttributeValues }: Input): Names {
  return { names: ExpressionAttributeNames, values: ExpressionAttributeValues };
}

/** `SET a = :x, #b = :y REMOVE c`: what our stores use. */
function updated(before: Item, input: Input): Item {
  const { names, values } = namesIn(input);
  const [, sets = '', removes = ''] = /^(?:SET (.+?))?\s*(?:REMOVE (.+))?$/.exec(input.UpdateExpression ?? '') ?? [];
  if (sets === '' && removes === '') throw new Error(`the simulator's DynamoDB cannot do "${input.UpdateExpression}"`);
  const after: Record<string, Value> = { ...before };
  for (const set of sets.split(/,(?![^(]*\))/).filter(Boolean)) {
    const [, name = '', from = ''] = /^\s*(#?\w+)\s*=\s*(\S.*?)\s*$/.exec(set) ?? [];
    const value = valueOf(from, before, { names, values });
    if (value === undefined) throw new Error(`the simulator's DynamoDB cannot set "${set}"`);
    after[names?.[name] ?? name] = value;
  }
  for (const remove of removes.split(',').filter(Boolean)) delete after[names?.[remove.trim()] ?? remove.trim()];
  return after;
}

function valueOf(from: string, before: Item, { names = {}, values = {} }: Names): Value | undefined {
  const [, path, otherwise] = /^if_not_exists\(\s*([#\w.]+)\s*,\s*(:\w+)\s*\)$/.exec(from) ?? [];
  if (path === undefined) return values[from];
  return (
    valueAt(
      before,
      path.split('.').map((part) => names[part] ?? part),
    ) ?? values[otherwise ?? '']
  );
}
