import { Preview } from '#contracts/preview.ts';
import { SwapResult } from '#contracts/swap-result.ts';
import { invokeAction } from '../transport/invoke-action.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import { report, type UpgradeContext, UpgradeStopped } from './upgrade-context.ts';

/**
 * A switchover to a router, as `vyos-failover switchover` does it.
 *
 * @param reason recorded in the history
 * @throws UpgradeStopped if a rule refuses it, or routes remain
 */
export async function moveTo(
  router: string,
  context: Pick<UpgradeContext, 'where' | 'cli' | 'by' | 'overrides'>,
  reason: string,
): Promise<void> {
  const { where, cli, by, overrides } = context;
  const request = {
    action: 'switchover' as const,
    id: cli.environment.newId(),
    to: router,
    by,
    reason,
    overrides: [...overrides],
  };
  // A real request that is refused would raise an alarm.
  const { decision } = await invokeSite(where, { ...request, dryRun: true }, Preview, {
    environment: cli.environment,
    signal: cli.io.signal,
  });
  if (decision.kind !== 'swap' && decision.kind !== 'already') throw new UpgradeStopped('refused', decision.says);
  const { outcome, says } = await invokeAction(where, request, SwapResult, cli);
  if (outcome !== 'swapped' && outcome !== 'already')
    throw new UpgradeStopped(outcome === 'refused' || outcome === 'noted' ? 'refused' : 'failed', says);
  report(context, says);
}
