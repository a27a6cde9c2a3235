import type { Invariant } from './invariant.ts';

export const ends: Invariant = { name: 'ends', holds: 'nothing runs for ever' };
