import type { PendingChange } from '#contracts/push-journal.ts';
import type { RouterState } from '#contracts/push-result.ts';
import type { RouterPlan } from '../plan/plan-router.ts';
import type { RouterEnd } from './router-outcome.ts';

/** What a router runs and boots with, by what a plan read. */
export function plannedState({ name, problem, commands, boots, pending, revertsAt, found }: RouterPlan): RouterState {
  const says = problem?.says;
  if (found === undefined) return { name, runs: 'unknown', boots: 'unknown', says };
  const runs = pending === undefined || pending.state === 'applied' ? (commands.length === 0 ? 'new' : 'old') : 'mixed';
  if (boots === 'same' && runs !== 'mixed') return { name, runs, boots: runs, revertsAt, says };
  return { name, runs, boots: 'unknown', revertsAt, says: says ?? BOOTS[boots] };
}

const BOOTS = {
  same: undefined,
  other: 'it boots with another configuration than it runs',
  unknown: 'what it boots with could not be read',
} as const;

/**
 * What a router had before its step. One that was only to be saved ran what it should, and nobody knows what it booted with.
 */
export function stateBefore({ router, commands }: Pick<PendingChange, 'router' | 'commands'>): RouterState {
  return commands === 0 ? { name: router, runs: 'new', boots: 'unknown' } : { name: router, runs: 'old', boots: 'old' };
}

/** By how it came out of its change; a `refused` one has what it had, and so has one that was only to be saved. */
export function endedState(
  name: string,
  { end, boots = 'unknown', revertsAt }: Omit<RouterEnd, 'says'>,
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
