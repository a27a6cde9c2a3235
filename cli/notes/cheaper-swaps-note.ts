import { MUTATING_CALLS } from '#failover/call-pacer.ts';
import type { CheaperSwaps } from '#failover/cheaper-swaps.ts';
import { someOf } from '#topology/some-of.ts';

/** In words, for people who might change their tables. */
export function cheaperSwapsNote(site: string, { calls, atLeastMs, matters, lists }: CheaperSwaps): string {
  const where = someOf(lists.map(({ table, family, routes }) => `${table} (${routes} IPv${family} routes)`));
  const then = !matters
    ? `; no faster yet, EC2 takes ${MUTATING_CALLS.capacity} at once`
    : atLeastMs.withLists === 0
      ? ', which EC2 takes at once'
      : ` and at least ${seconds(atLeastMs.withLists)}`;
  return [
    `site ${site}: a swap takes ${times(calls.now)}${matters ? ` and, by EC2's throttle, at least ${seconds(atLeastMs.now)}` : ''}.`,
    `A customer-managed prefix list in place of the CIDR routes of ${where} would make it ${times(calls.withLists)}${then}.`,
    "A prefix list counts with its maximum number of entries against the table's quota; gateway (edge) route tables take none.",
  ].join(' ');
}

function times(calls: number): string {
  return calls === 1 ? '1 call' : `${calls} calls`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
