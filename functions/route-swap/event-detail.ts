import type { SwapResult } from '#contracts/swap-result.ts';

/** PutEvents takes 256 KB; with so many routes of each kind, and their reasons, an event is always less. */
const ROUTES_TOLD = 400;

/** A result as an event tells it. All of its routes are in the log and in the answer. */
export function eventDetail(result: SwapResult) {
  const { moved, remaining, foreign } = result;
  return {
    ...result,
    moved: moved.slice(0, ROUTES_TOLD),
    remaining: remaining.slice(0, ROUTES_TOLD),
    foreign: foreign.slice(0, ROUTES_TOLD),
    counts: { moved: moved.length, remaining: remaining.length, foreign: foreign.length },
  };
}
