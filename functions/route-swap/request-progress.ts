import type { RequestProgress } from '#contracts/request-progress.ts';
import { isUnderWay } from '#functions/is-under-way.ts';
import type { SwapPorts } from './ports.ts';

/** How far a request to config-push has come. */
export async function requestProgress(
  id: string,
  { pushRequest, now }: Pick<SwapPorts, 'pushRequest' | 'now'>,
): Promise<RequestProgress> {
  const kept = await pushRequest(id);
  if (kept?.answer !== undefined) return { state: 'ended', ...kept.answer };
  return { state: kept !== undefined && isUnderWay(kept, now()) ? 'under-way' : 'unknown' };
}
