/** What must hold before a step of a rollout. Pure. */
import { OPERATORS_STEPS, type Step, type StepKind } from '../changes/plan/step.ts';
import type { SiteSituation, Situation } from '../changes/situation.ts';
import { type RolloutOverride, RolloutStopped } from './rollout-context.ts';

/** @throws RolloutStopped if the step is the operator's (`waiting`), or must not be begun now (`refused`) */
export function requireStep(step: Step, situation: Situation, overrides: readonly RolloutOverride[]): void {
  if (OPERATORS_STEPS.has(step.kind)) throw new RolloutStopped('waiting', `The next step is yours: ${step.says}.`);
  requireFit(step, situation, overrides);
}

/** They may make a router fit, so what a later step requires is not known before them. */
const REPAIRS: ReadonlySet<StepKind> = new Set(['install', 'push']);

/** The stop that a rollout of these steps would meet by what is known now; undefined: none is foreseen. */
export function foreseenStop(
  steps: readonly Step[],
  situation: Situation,
  overrides: readonly RolloutOverride[],
): RolloutStopped | undefined {
  const repair = steps.findIndex(({ kind }) => REPAIRS.has(kind));
  try {
    for (const step of repair < 0 ? steps : steps.slice(0, repair)) requireStep(step, situation, overrides);
    return undefined;
  } catch (error) {
    if (error instanceof RolloutStopped) return error;
    throw error;
  }
}

/**
 * Both routers of a deployed site must be fit before its controller changes or ends: a step that goes wrong must not meet a site with one
 * router. Keys, programs and configurations may be what makes a router fit; config-push has conditions of its own for them.
 *
 * @throws RolloutStopped
 */
function requireFit(step: Step, { sites }: Situation, overrides: readonly RolloutOverride[]): void {
  if (overrides.includes('unfit')) return;
  const unfit = sites
    .filter((of) => isTouched(of, step))
    .flatMap(({ site, unfit: why }) => why.map((each) => `${site.name}: ${each}`));
  if (unfit.length === 0) return;
  throw new RolloutStopped(
    'refused',
    `Not begun: ${step.says}: ${unfit.join('; ')}. Repair it, or set this rule aside with --override unfit.`,
  );
}

function isTouched({ site, deployment, former }: SiteSituation, step: Step): boolean {
  if (step.kind === 'deploy') return step.sites.includes(site.name) && deployment !== 'absent';
  if (step.kind === 'destroy') return former !== undefined && former.stack === step.former.stack;
  return step.kind === 'upgrade' && step.site === site.name;
}
