import { MUTATING_CALLS } from '#failover/call-pacer.ts';
import type { CheaperSwaps } from '#failover/cheaper-swaps.ts';
import { someOf } from '#topology/some-of.ts';
import { counted } from '../output/counted.ts';

/** Recommends prefix lists for route tables in which they would make a swap faster. */
export function cheaperSwapsNote(site: string, { calls, atLeastMs, matters, lists }: CheaperSwaps): string {
  const where = someOf(lists.map(({ table, family, routes }) => `${table} (${counted(routes, `IPv${family} route`)})`));
  const then = !matters
    ? `; this is no faster, because EC2 accepts ${counted(MUTATING_CALLS.capacity, 'call')} at once`
    : atLeastMs.withLists === 0
      ? ', which EC2 accepts at once'
      : ` and at least ${seconds(atLeastMs.withLists)}`;
  return [
    `site ${site}: a swap takes ${counted(calls.now, 'call')}${matters ? ` and, under EC2's throttle, at least ${seconds(atLeastMs.now)}` : ''}.`,
    `A customer-managed prefix list in place of the CIDR routes of ${where} would reduce this to ${counted(calls.withLists, 'call')}${then}.`,
    "A prefix list counts against the route table's quota with its maximum number of entries; gateway (edge) route tables do not support prefix lists.",
  ].join(' ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
