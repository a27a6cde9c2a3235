import type { Situation } from '../situation.ts';
import { keySteps, replacementSteps, routeSteps } from './before-deployment.ts';
import { deploymentSteps } from './deployment.ts';
import { refusalsOf } from './refusals.ts';
import { firstBundleSteps, installSteps, pushSteps, upgradeSteps } from './router-steps.ts';
import type { Step } from './step.ts';

export interface ChangePlan {
  /** In their order; what is done already is left out. */
  readonly steps: readonly Step[];
  /** Why it is not begun, as sentences. */
  readonly refusals: readonly string[];
}

/**
 * What remains to be done, from what is deployed and what runs. After each step the same function gives the rest. Pure.
 */
export function planChanges(situation: Situation): ChangePlan {
  return {
    steps: [
      ...keySteps(situation),
      ...routeSteps(situation),
      ...replacementSteps(situation),
      ...deploymentSteps(situation),
      ...firstBundleSteps(situation),
      ...installSteps(situation),
      ...pushSteps(situation),
      ...upgradeSteps(situation),
    ],
    refusals: refusalsOf(situation),
  };
}
