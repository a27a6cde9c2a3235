import type { SwapResult } from '#contracts/swap-result.ts';

/** PutEvents accepts 256 KB; an event with this many routes of each kind, and their reasons, is always smaller. */
const MAX_ROUTES = 400;

/** The detail of a `Failover …` event. The log and the answer have all routes. */
export function eventDetail(result: SwapResult) {
  const { moved, remaining, foreign } = result;
  return {
    ...result,
    moved: moved.slice(0, MAX_ROUTES),
    remaining: remaining.slice(0, MAX_ROUTES),
    foreign: foreign.slice(0, MAX_ROUTES),
    counts: { moved: moved.length, remaining: remaining.length, foreign: foreign.length },
  };
}
