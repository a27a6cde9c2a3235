import type { RouterState } from '#contracts/push-result.ts';
import type { RouterPlan } from './router-plan.ts';

/** The state of a router, from its plan. */
export function plannedState({ name, problem, commands, boots, pending, revertsAt, reading }: RouterPlan): RouterState {
  const says = problem?.says;
  if (reading === undefined) return { name, runs: 'unknown', boots: 'unknown', says };
  const runs = pending === undefined || pending.state === 'applied' ? (commands.length === 0 ? 'new' : 'old') : 'mixed';
  if (boots === 'same' && runs !== 'mixed') return { name, runs, boots: runs, revertsAt, says };
  return { name, runs, boots: 'unknown', revertsAt, says: says ?? BOOTS[boots] };
}

const BOOTS = {
  same: undefined,
  other: 'it boots with another configuration than it runs',
  unknown: 'what it boots with could not be read',
} as const;
