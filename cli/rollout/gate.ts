/** What must hold before a step of a rollout. Pure. */
import type { Step } from '../changes/plan/step.ts';
import type { SiteSituation, Situation } from '../changes/situation.ts';
import { type RolloutOverride, RolloutStopped } from './rollout-context.ts';

/**
 * Both routers of a deployed site must be fit before its controller changes or ends: a step that goes wrong must not meet a site with one
 * router. Keys, programs and configurations may be what makes a router fit; config-push has conditions of its own for them.
 *
 * @throws RolloutStopped
 */
export function requireFit(step: Step, { sites }: Situation, overrides: readonly RolloutOverride[]): void {
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
