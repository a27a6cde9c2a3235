import type { Invariant } from './invariant.ts';

export const converges: Invariant = {
  name: 'converges',
  holds: 'after the faults, within a bound: every route of the pair active at one living owner, and no swap open',
};
