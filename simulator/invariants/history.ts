import type { Invariant } from './invariant.ts';

export const history: Invariant = {
  name: 'history',
  holds: 'every swap that moved anything is told of in the history',
};
