import type { Step } from '../changes/plan/step.ts';
import type { Situation } from '../changes/situation.ts';
import { moveTo } from '../upgrade/move-to.ts';
import { UpgradeStopped } from '../upgrade/upgrade-context.ts';
import { type RolloutContext, RolloutStopped } from './rollout-context.ts';

/** A switchover by the deployed names, which the file may not have any more. @throws RolloutStopped */
export async function moveAway(
  { site: name, to }: Extract<Step, { readonly kind: 'switchover' }>,
  { topology, sites }: Situation,
  { by, cli }: RolloutContext,
): Promise<void> {
  const found = sites.find(({ site }) => site.name === name);
  if (found === undefined) throw new Error(`no site ${name}`);
  const where = { topology, site: found.site };
  try {
    await moveTo(to, { where, by, cli, overrides: [] }, `rollout of ${topology.name}`);
  } catch (error) {
    if (!(error instanceof UpgradeStopped)) throw error;
    throw new RolloutStopped(error.outcome, error.message);
  }
}
