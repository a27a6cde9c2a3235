import { History, type SwapEntry } from '#contracts/history.ts';
import { Preview } from '#contracts/preview.ts';
import { SwapResult } from '#contracts/swap-result.ts';
import { CommandError } from '../output/command-error.ts';
import { invokeSite } from '../transport/invoke-site.ts';
import type { DrillContext } from './drill-context.ts';

/** How a movement of a drill ended. */
export interface Moved {
  /** Whether all routes are at the target. */
  readonly done: boolean;
  /** As a sentence. */
  readonly says: string;
  readonly swap: SwapEntry | undefined;
}

/** Ctrl-C before the movement: nothing was changed. */
export const NOT_BEGUN: Moved = { done: false, says: 'No route was moved.', swap: undefined };

/** A switchover. Ctrl-C does not interrupt it, because a drill must know where the routes are. */
export async function switchoverTo(router: string, { where, cli, by, reason }: DrillContext): Promise<Moved> {
  const { environment } = cli;
  const request = { action: 'switchover' as const, id: environment.newId(), to: router, by, reason, overrides: [] };
  // A real request that is refused would raise an alarm.
  const { decision } = await invokeSite(where, { ...request, dryRun: true }, Preview, { environment });
  if (decision.kind !== 'swap') return { done: decision.kind === 'already', says: decision.says, swap: undefined };
  const { outcome, says } = await invokeSite(where, request, SwapResult, { environment });
  const swap = await findSwap({ where, cli }, (entry) => entry.id === request.id).catch(unmeasured);
  return { done: outcome === 'swapped' || outcome === 'already', says, swap };
}

/** A history that cannot be read costs the times of the swap, and does not change its result. */
function unmeasured(error: unknown): undefined {
  if (!(error instanceof CommandError)) throw error;
}

/** The newest swap of the history that moved all routes and meets a condition. */
export async function findSwap(
  { where, cli: { environment } }: Pick<DrillContext, 'where' | 'cli'>,
  meets: (entry: SwapEntry) => boolean,
): Promise<SwapEntry | undefined> {
  const entries = await invokeSite(where, { action: 'history', limit: 20 }, History, { environment });
  return entries.find(
    (entry): entry is SwapEntry => entry.kind === 'swap' && entry.outcome === 'swapped' && meets(entry),
  );
}
