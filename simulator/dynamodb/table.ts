import { fulfils, type Item, type Names, type Value, valueAt } from './conditions.ts';

/** An input of the SDK's commands, as far as we look into it. */
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
  readonly #items = new Map<string, Item>();
  readonly #writes: Write[] = [];
  readonly #now: () => number;
  readonly #pageItems: number;

  /** @param pageItems a query gives so many items at once */
  constructor(now: () => number, pageItems: number) {
    this.#now = now;
    this.#pageItems = pageItems;
  }

  get(pk: string, sk: string): Item | undefined {
    return this.#items.get(keyOf(pk, sk));
  }

  /** The items whose sort key is, or begins, so; of whatever partition. */
  find(sk: RegExp): readonly Item[] {
    return [...this.#items.values()].filter((item) => sk.test(text(item['sk'])));
  }

  /**
   * @param staleMs how old a read without ConsistentRead is
   * @throws ConditionFailed
   * @throws Error for an action that it does not know
   */
  perform(name: string, input: Input, staleMs: number): { readonly output: object; readonly write?: Write } {
    switch (name) {
      case 'GetItem':
        return { output: { Item: this.#seen(input, staleMs).get(keyIn(input.Key)) } };
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

  #write(input: Input, key: string, change: (before: Item | undefined) => Item | undefined) {
    const before = this.#items.get(key);
    if (!fulfils(input.ConditionExpression, before ?? {}, namesIn(input))) throw new ConditionFailed(before);
    const after = change(before);
    if (after === undefined) this.#items.delete(key);
    else this.#items.set(key, after);
    const [pk = '', sk = ''] = key.split('\0');
    const write = { at: this.#now(), pk, sk, before, after };
    this.#writes.push(write);
    return { output: {}, write };
  }

  #query(input: Input, staleMs: number): object {
    const found = [...this.#seen(input, staleMs)]
      .filter(([, item]) => fulfils(input.KeyConditionExpression, item, namesIn(input)))
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    const inOrder = input.ScanIndexForward === false ? found.toReversed() : found;
    const start = input.ExclusiveStartKey && keyIn(input.ExclusiveStartKey);
    const from = start === undefined ? 0 : inOrder.findIndex(([key]) => key === start) + 1;
    const size = Math.min(input.Limit ?? Number.POSITIVE_INFINITY, this.#pageItems);
    const Items = inOrder.slice(from, from + size).map(([, item]) => item);
    const last = from + size < inOrder.length ? Items.at(-1) : undefined;
    return { Items, LastEvaluatedKey: last && { pk: last['pk'], sk: last['sk'] } };
  }

  /** What a read shows: now, or some time ago. */
  #seen({ ConsistentRead }: Input, staleMs: number): ReadonlyMap<string, Item> {
    if (ConsistentRead === true || staleMs === 0) return this.#items;
    const then = new Map(this.#items);
    for (const { at, pk, sk, before } of this.#writes.toReversed()) {
      if (at < this.#now() - staleMs) break;
      if (before === undefined) then.delete(keyOf(pk, sk));
      else then.set(keyOf(pk, sk), before);
    }
    return then;
  }
}

const keyOf = (pk: string, sk: string) => `${pk}\0${sk}`;
const text = (value: Value | undefined) => String(value?.['S'] ?? '');
const keyIn = (item: Item = {}) => keyOf(text(item['pk']), text(item['sk']));

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
  const [, path, otherwise] = /^if_not_exists\(\s*(#?[\w.]+)\s*,\s*(:\w+)\s*\)$/.exec(from) ?? [];
  if (path === undefined) return values[from];
  return valueAt(before, path.split('.').map((part) => names[part] ?? part)) ?? values[otherwise ?? ''];
}
