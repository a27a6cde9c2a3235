/**
 * What every router of a push runs and boots with, as far as it is known: from the plan, from the results of steps,
 * and from a reading afterwards. Pure.
 */

import type { PushPlan, RouterPushPlan } from '#contracts/push-plan.ts';
import type { PushResult, RouterState } from '#contracts/push-result.ts';
/** By router. `new`: the pushed configuration; `old`: the one before. */
export type RouterStates = ReadonlyMap<string, RouterState>;

/** It runs and boots with the pushed configuration, and no timer will change that. */
export function hasPushedConfig(state: RouterState | undefined): boolean {
  return state?.runs === 'new' && state.boots === 'new' && state.revertsAt === undefined;
}

/** Before anything is done. */
export function statesAtPlan({ routers }: PushPlan): RouterStates {
  return new Map(routers.map((router) => [router.name, wasRead(router) ? stateBefore(router) : unknownState(router)]));
}

/** An unconfirmed configuration that differs from the pushed one is not the router's old one either. */
function stateBefore(router: RouterPushPlan): RouterState {
  const state = readState(router);
  return state.runs === 'old' && state.revertsAt !== undefined ? { ...state, runs: 'unknown' } : state;
}

/** The states after the results of a push, in order. */
export function statesAfter(before: RouterStates, answers: readonly PushResult[]): RouterStates {
  const states = new Map(before);
  for (const { routers, router, outcome } of answers) {
    const implied = IMPLIED[outcome];
    if (router !== undefined && implied !== undefined) states.set(router, { name: router, ...implied });
    for (const word of routers) states.set(word.name, word);
  }
  return states;
}

/**
 * The states after a reading. Only for routers that were read: for the others the results stand.
 *
 * @param agreed the plan before the push: a router with the same digest is unchanged
 */
export function statesAfterReading(known: RouterStates, agreed: PushPlan, seen: PushPlan): RouterStates {
  const states = new Map(known);
  for (const router of seen.routers.filter(wasRead)) {
    const { name, digest } = router;
    const before = agreed.routers.find((each) => each.name === name);
    const now = readState(router);
    const other = now.runs === 'old' && before?.digest !== digest;
    const state: RouterState = other ? { ...now, runs: 'mixed', boots: 'unknown' } : now;
    const [was, until] = [known.get(name), mayChangeUntil(router, known.get(name), seen)];
    const boots = state.runs === 'mixed' && was?.runs === 'mixed' ? was.boots : state.boots;
    states.set(name, { ...state, boots, ...(until !== undefined && { revertsAt: until }) });
  }
  return states;
}

/** Was its configuration read? */
export function wasRead({ digest }: RouterPushPlan): boolean {
  return digest !== '';
}

function unknownState({ name }: RouterPushPlan): RouterState {
  return { name, runs: 'unknown', boots: 'unknown' };
}

function readState(router: RouterPushPlan): RouterState {
  const { name, commands, boots, revertsAt, problem } = router;
  const isBetween = problem?.reason === 'router-broken' || (problem?.reason === 'pending' && revertsAt === undefined);
  if (isBetween) return { name, runs: 'mixed', boots: 'unknown' };
  const runs = commands.length === 0 ? 'new' : 'old';
  if (boots === 'same') return { name, runs, boots: runs, ...(revertsAt !== undefined && { revertsAt }) };
  // An unconfirmed configuration is never saved.
  return {
    name,
    runs,
    boots: revertsAt === undefined ? 'unknown' : 'old',
    ...(revertsAt !== undefined && { revertsAt }),
  };
}

/** A function may still work on a router, or a command may still be queued: until then the state can change. */
function mayChangeUntil(
  { name, revertsAt, commands }: RouterPushPlan,
  known: RouterState | undefined,
  { interrupted, refusal }: PushPlan,
): number | undefined {
  if (revertsAt !== undefined || commands.length === 0) return revertsAt;
  if (interrupted?.router === name) return interrupted.revertsAt;
  return refusal?.reason === 'push-under-way' && known?.runs === 'unknown' ? known.revertsAt : undefined;
}

/** The state that an outcome implies, where the function reports none. */
const IMPLIED: Partial<Record<PushResult['outcome'], Pick<RouterState, 'runs' | 'boots'>>> = {
  pushed: { runs: 'new', boots: 'new' },
  held: { runs: 'new', boots: 'old' },
  undone: { runs: 'old', boots: 'old' },
  unknown: { runs: 'unknown', boots: 'unknown' },
  broken: { runs: 'mixed', boots: 'unknown' },
};
