import { isDeepStrictEqual } from 'node:util';
import { isObject } from '#emulator/aws-json.ts';

type Item = Record<string, unknown>;

interface Table {
  readonly name: string;
  /** Attribute names of the primary key. */
  readonly key: readonly string[];
}

/** The item that was written last, as it was before: what an eventually consistent read may still show. */
export class LastWrite {
  #last: { readonly table: string; readonly key: Item; readonly before: Item | undefined } | undefined;

  note(table: Table, item: Item, before: Item | undefined): void {
    this.#last = { table: table.name, key: keyOf(table, item), before };
  }

  /** The output of GetItem, Query or Scan without the last write. An item that it deleted is not put back into a list. */
  undoneIn(output: Item, table: Table, key: unknown): Item {
    const last = this.#last;
    if (last === undefined || last.table !== table.name) return output;
    const isLast = (item: unknown) => isObject(item) && isDeepStrictEqual(keyOf(table, item), last.key);
    if (isLast(key)) return { ...output, Item: last.before };
    const items = output['Items'];
    if (!Array.isArray(items)) return output;
    const aged = items.flatMap((item: unknown) => (isLast(item) ? (last.before ?? []) : [item]));
    return { ...output, Items: aged, Count: aged.length };
  }
}

function keyOf(table: Table, item: Item): Item {
  return Object.fromEntries(table.key.map((name) => [name, item[name]]));
}
