import type { PendingChange } from '#contracts/push-journal.ts';
import type { RouterState } from '#contracts/push-result.ts';
import type { RouterOutcome } from './router-outcome.ts';

/**
 * What a router had before its step. One that was only to be saved ran what it should, and nobody knows what it booted with.
 */
export function stateBefore({ router, commands }: Pick<PendingChange, 'router' | 'commands'>): RouterState {
  return commands === 0 ? { name: router, runs: 'new', boots: 'unknown' } : { name: router, runs: 'old', boots: 'old' };
}

/** By how it came out of its change; a `refused` one has what it had, and so has one that was only to be saved. */
export function endedState(
  name: string,
  { end, boots = 'unknown', revertsAt }: Omit<RouterOutcome, 'says'>,
  before: RouterState,
): RouterState {
  if (before.runs === 'new' && end !== 'confirmed' && end !== 'broken') return before;
  switch (end) {
    case 'confirmed':
      return { name, runs: 'new', boots: 'new' };
    case 'held':
      return { name, runs: 'new', boots: before.boots, revertsAt };
    case 'undone':
      return { name, runs: 'old', boots: before.boots };
    case 'unknown':
      return { name, runs: 'unknown', boots: 'unknown', revertsAt };
    case 'broken':
      return { name, runs: 'mixed', boots };
    case 'refused':
      return before;
  }
}
