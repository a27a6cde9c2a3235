import type { Item } from '../site-table.ts';

/** Partition that only route-swap writes. */
export const SWAP = 'swap';
/** Partition that only health-probe writes. */
export const PROBE = 'probe';

/** The items whose sort key begins so; they hold what this folder wrote. */
export function itemsOf<T>(items: readonly Item[], start: string): readonly T[] {
  return items.filter(({ sk }) => String(sk).startsWith(start)) as unknown as T[];
}

/** For DynamoDB's time to live. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
