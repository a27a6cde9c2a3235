import type { PendingChange } from '#contracts/push-journal.ts';
import type { RouterState } from '#contracts/push-result.ts';
import type { RouterOutcome } from './router-outcome.ts';

/**
 * The state of a router before its step. A router that only needs a save runs the desired configuration, and it is
 * unknown what it boots with.
 */
export function stateBefore({ router, commands }: Pick<PendingChange, 'router' | 'commands'>): RouterState {
  return commands === 0 ? { name: router, runs: 'new', boots: 'unknown' } : { name: router, runs: 'old', boots: 'old' };
}

/** The state of a router after its step. A `refused` router, and one that only needed a save, keep their state. */
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
