import type { Invariant } from './invariant.ts';

export const terminates: Invariant = { name: 'terminates', holds: 'every schedule ends' };
