import type { Item, Value } from './conditions.ts';

/** An item as plain values. */
export function plain(item: Item): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: Value): unknown {
  if (value.N !== undefined) return Number(value.N);
  if (value.M !== undefined) return plain(value.M);
  if (value.L !== undefined) return value.L.map(plainValue);
  return value.NULL === true ? null : (value.S ?? value.BOOL);
}
