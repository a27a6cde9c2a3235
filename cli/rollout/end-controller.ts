import { Done } from '#contracts/done.ts';
import { deployedAsTopology } from '../changes/deployed-as-topology.ts';
import { ENDING, type FormerSite } from '../changes/situation.ts';
import { filledTopology } from '../created/fill-addresses.ts';
import { readSiteIds } from '../created/read-created-ids.ts';
import { describe } from '../created/stack-ended.ts';
import { deletePhases } from '../destroy/delete-phases.ts';
import { viewOf } from '../destroy/delete-stacks.ts';
import { doomedStacks } from '../destroy/doomed-stacks.ts';
import { CommandError, saysAndHint } from '../output/command-error.ts';
import { invokeAction } from '../transport/invoke-action.ts';
import type { SiteRef } from '../transport/invoke-site.ts';
import { type RolloutContext, RolloutStopped, report } from './rollout-context.ts';

/** Longer than a deletion takes. */
const PAUSE_MS = 60 * 60_000;

/**
 * Ends the controller of a former site by its deployed names: a pause, so that no swap begins, and the deletion of its stacks. Routers and
 * routes of existing sites stay as they are.
 *
 * @throws RolloutStopped if a stack cannot be deleted
 */
export async function endController({ deployed }: FormerSite, context: RolloutContext): Promise<void> {
  const { cli } = context;
  const described = deployedAsTopology(deployed);
  const ids = await readSiteIds({ topology: described, site: deployed.site }, cli);
  const topology = ids === undefined ? described : filledTopology(described, ids);
  const site = topology.sites[0] ?? deployed.site;
  await pause({ topology, site }, context);
  const phases = doomedStacks(topology, [site]);
  const existing = await Promise.all(
    phases.flat().map(async (stack) => ((await describe(stack, cli)) === undefined ? [] : [viewOf(stack, 'exists')])),
  );
  const ended = await deletePhases(phases, existing.flat(), cli);
  cli.io.signal?.throwIfAborted();
  const failed = ended.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return;
  const why = failed.map(({ name, why: reasons }) => `${name}: ${reasons.join('; ')}`);
  throw new RolloutStopped('failed', `A stack of ${site.name} could not be deleted: ${why.join('. ')}.`);
}

/** Functions that do not answer begin no swap by themselves either; the deletion ends them. */
async function pause(where: SiteRef, context: RolloutContext): Promise<void> {
  const { by, cli } = context;
  const request = {
    action: 'pause' as const,
    forMs: PAUSE_MS,
    by,
    reason: ENDING,
  };
  try {
    report(context, (await invokeAction(where, request, Done, cli)).says);
  } catch (error) {
    if (cli.io.signal?.aborted === true || !(error instanceof CommandError)) throw error;
    report(context, `${where.site.name} is not paused: ${saysAndHint(error.message).says}`);
  }
}
