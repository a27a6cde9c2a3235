import type { SwapProgress } from '#contracts/swap-progress.ts';
import { isSwapUnderWay } from '#failover/stored-state.ts';
import type { SwapPorts } from './ports.ts';

/** How far an operator's move has come. The lease is read first: a run records its answer before it releases the lease. */
export async function swapProgress(
  id: string,
  { store, now }: Pick<SwapPorts, 'store' | 'now'>,
): Promise<SwapProgress> {
  const { stored } = await store.read(id);
  const answer = await store.answer(id);
  if (answer?.result !== undefined) return { state: 'ended', result: answer.result };
  return { state: isSwapUnderWay(stored, now()) ? 'under-way' : 'unknown' };
}
