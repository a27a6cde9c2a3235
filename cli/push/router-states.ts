/** What every router of a push has, as far as anybody knows: by the plan, by what a step said, by a reading afterwards. Pure. */

import type { ConfigPlan, PushStep, RouterPlan, RouterWord } from '../ask/config-push-answers.ts';

/** By router. `new` is what is pushed, `old` what it had before. */
export type RouterStates = ReadonlyMap<string, RouterWord>;

/** It runs what is pushed and boots with it, and nothing will change that by itself. */
export function hasIt(state: RouterWord | undefined): boolean {
  return state?.runs === 'new' && state.boots === 'new' && state.revertsAt === undefined;
}

/** Before anything is done. */
export function statesAtPlan({ routers }: ConfigPlan): RouterStates {
  return new Map(
    routers.map((router) => [router.name, stateOf(router, isCompared(router) ? runs(router) : 'unknown')]),
  );
}

/** What a router has by the answers of a push, in turn. */
export function statesAfter(before: RouterStates, answers: readonly PushStep[]): RouterStates {
  const states = new Map(before);
  for (const { routers, router, outcome } of answers) {
    const implied = IMPLIED[outcome];
    if (router !== undefined && implied !== undefined) states.set(router, { name: router, ...implied });
    for (const word of routers) states.set(word.name, word);
  }
  return states;
}

/**
 * What a reading after a push says. Only of what was read: for anything else the answers stand.
 *
 * @param agreed the plan before the push: a router with the same digest has what it had
 */
export function statesSeen(known: RouterStates, agreed: ConfigPlan, seen: ConfigPlan): RouterStates {
  const states = new Map(known);
  for (const router of seen.routers) {
    if (!isCompared(router)) continue;
    const before = agreed.routers.find(({ name }) => name === router.name);
    const has = runs(router) === 'new' ? 'new' : before?.digest === router.digest ? 'old' : 'mixed';
    states.set(router.name, { ...stateOf(router, has), ...(has !== 'new' && leftAt(router, seen)) });
  }
  return states;
}

/** Did it tell its configuration? Drift is a problem of one that did. */
export function isCompared({ problem }: RouterPlan): boolean {
  return problem === undefined || problem.reason === 'drift';
}

/** A function may be at work on it yet, or its command be on the way: until then what was read may change. */
function leftAt({ name, revertsAt }: RouterPlan, { interrupted }: ConfigPlan): Pick<RouterWord, 'revertsAt'> {
  const until = interrupted?.router === name ? (revertsAt ?? interrupted.revertsAt) : undefined;
  return until === undefined ? {} : { revertsAt: until };
}

function runs({ commands }: RouterPlan): 'new' | 'old' {
  return commands.length === 0 ? 'new' : 'old';
}

function stateOf({ name, boots, revertsAt }: RouterPlan, has: RouterWord['runs']): RouterWord {
  return { name, runs: has, boots: bootsOf(has, boots, revertsAt), ...(revertsAt !== undefined && { revertsAt }) };
}

function bootsOf(
  has: RouterWord['runs'],
  boots: RouterPlan['boots'],
  revertsAt: number | undefined,
): RouterWord['boots'] {
  if (boots === 'same') return has === 'mixed' ? 'unknown' : has;
  return boots === 'other' && revertsAt !== undefined ? 'old' : 'unknown';
}

/** What an outcome means for its router where the function does not say more. */
const IMPLIED: Partial<Record<PushStep['outcome'], Pick<RouterWord, 'runs' | 'boots'>>> = {
  pushed: { runs: 'new', boots: 'new' },
  held: { runs: 'new', boots: 'old' },
  undone: { runs: 'old', boots: 'old' },
  unknown: { runs: 'unknown', boots: 'unknown' },
  broken: { runs: 'mixed', boots: 'unknown' },
};
