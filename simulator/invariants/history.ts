import type { Invariant } from './invariant.ts';

export const history: Invariant = {
  name: 'history',
  holds: 'every swap that moved a route is in the history',
};
