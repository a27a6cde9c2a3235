import type { RouterPlan } from './plan-router.ts';
import type { RouterState } from './result.ts';
import type { RouterEnd } from './router-end.ts';

/** What a router runs and boots with, by what a plan read. */
export function plannedState({ name, problem, commands, boots, pending, revertsAt, found }: RouterPlan): RouterState {
  const says = problem?.says;
  if (found === undefined) return { name, runs: 'unknown', boots: 'unknown', says };
  const runs = pending === undefined || pending.state === 'applied' ? (commands.length === 0 ? 'new' : 'old') : 'mixed';
  if (boots === 'same' && runs !== 'mixed') return { name, runs, boots: runs, revertsAt, says };
  return { name, runs, boots: 'unknown', revertsAt, says: says ?? `it boots with another configuration than it runs` };
}

/** By how it came out of its change; a `refused` one has what it had. */
export function endedState(
  name: string,
  { end, boots = 'unknown', revertsAt }: Omit<RouterEnd, 'says'>,
  before: RouterState = { name, runs: 'old', boots: 'old' },
): RouterState {
  switch (end) {
    case 'confirmed':
      return { name, runs: 'new', boots: 'new' };
    case 'held':
      return { name, runs: 'new', boots: 'old', revertsAt };
    case 'undone':
      return { name, runs: 'old', boots: 'old' };
    case 'unknown':
      return { name, runs: 'unknown', boots: 'unknown', revertsAt };
    case 'broken':
      return { name, runs: 'mixed', boots };
    case 'refused':
      return before;
  }
}
