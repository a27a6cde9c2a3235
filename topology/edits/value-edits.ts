import type { Edit, Place, Value } from './edit.ts';

/** Any object of a topology; what has no value is the same as what is missing. */
type Values = Readonly<Record<string, unknown>>;

/**
 * One edit for each value that differs. The values of an object are compared one by one, a list as a whole.
 *
 * @param except keys at the top that are compared elsewhere
 */
export function valueEdits(place: Place, before: Values, after: Values, except: readonly string[] = []): Edit[] {
  return differences(before, after, '', except).map(({ key, from, to }) => {
    return isReordered(from, to) ? { kind: 'reordered', place, key } : { kind: 'value-changed', place, key, from, to };
  });
}

/** An edit if the members that both lists have are in another order. */
export function orderEdits(place: Place, key: string, before: readonly string[], after: readonly string[]): Edit[] {
  const kept = before.filter((name) => after.includes(name));
  const same = after.filter((name) => before.includes(name));
  return kept.every((name, index) => name === same[index]) ? [] : [{ kind: 'reordered', place, key }];
}

interface Difference {
  readonly key: string;
  readonly from: Value;
  readonly to: Value;
}

function differences(before: Values, after: Values, prefix: string, except: readonly string[]): Difference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !except.includes(key));
  return keys.flatMap((key) => {
    const [from, to] = [before[key], after[key]];
    if (isObject(from) && isObject(to)) return differences(from, to, `${prefix}${key}.`, []);
    return isSame(from, to) ? [] : [{ key: `${prefix}${key}`, from: jsonOf(from), to: jsonOf(to) }];
  });
}

function isReordered(from: Value, to: Value): boolean {
  return (
    Array.isArray(from) &&
    Array.isArray(to) &&
    textOf(from.map(textOf).toSorted()) === textOf(to.map(textOf).toSorted())
  );
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(one: unknown, other: unknown): boolean {
  return textOf(jsonOf(one)) === textOf(jsonOf(other));
}

function jsonOf(value: unknown): Value {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Value);
}

/** Objects have their keys in one order. */
function textOf(value: Value): string {
  return JSON.stringify(value, (_, each: unknown) =>
    isObject(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );
}
