import type { Invariant } from './invariant.ts';

export const healthIsTrue: Invariant = {
  name: 'health-is-true',
  holds:
    'the next whole round that falls into no swap, once every router has had its turn to show that it could report, and 90 s after the last word of a router that hangs, says `FailoverReady` 1 exactly if both routers are fit and all routes are ours',
};
