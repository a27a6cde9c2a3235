import type { Invariant } from './invariant.ts';

export const converges: Invariant = {
  name: 'converges',
  holds:
    'after the faults, within a time limit, every route of the pair is active at one running owner, and no swap is open',
};
