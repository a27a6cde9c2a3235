import type { Answer } from '#failover/swap-record.ts';
import type { Message } from './message.ts';
import { SwapResult } from './swap-result.ts';
import * as z from './validation.ts';

/** Answer to `result`: how far a switchover or a failback with that id has come. For a caller whose connection ended before it did. */
export const SwapProgress = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ended'), result: SwapResult }),
  /** A swap of the site is under way: probably this one. */
  z.object({ state: z.literal('under-way') }),
  /** Nothing is recorded under that id, and no swap is under way. Results are kept for a day. */
  z.object({ state: z.literal('unknown') }),
]);
export type SwapProgress = Message<typeof SwapProgress>;

/** An answer as the store keeps it. `result`: of an operator's request, with at most `MOST_LISTED` routes in each of its lists. */
export interface RecordedAnswer extends Answer {
  readonly result?: SwapResult;
}

/** An item of DynamoDB has at most 400 KB. */
const MOST_LISTED = 500;
const LONGEST_WHY = 200;

/** A result that fits into an item of the store. */
export function storable(result: SwapResult): SwapResult {
  const remaining = result.remaining
    .slice(0, MOST_LISTED)
    .map((each) => ({ ...each, why: each.why.slice(0, LONGEST_WHY) }));
  return {
    ...result,
    moved: result.moved.slice(0, MOST_LISTED),
    foreign: result.foreign.slice(0, MOST_LISTED),
    remaining,
  };
}
