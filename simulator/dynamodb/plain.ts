import type { Item, Value } from './conditions.ts';

/** An item as plain values. */
export function plain(item: Item): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: Value): unknown {
  if ('N' in value) return Number(value['N']);
  if ('M' in value) return plain(value['M'] as Item);
  if ('L' in value) return (value['L'] as readonly Value[]).map(plainValue);
  return 'NULL' in value ? null : (value['S'] ?? value['BOOL']);
}
