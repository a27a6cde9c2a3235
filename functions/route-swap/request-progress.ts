import type { RequestProgress } from '#contracts/request-progress.ts';
import type { SwapPorts } from './ports.ts';

/** Lambda ends a function that is over its time, and the clocks of two functions differ a little. */
const SLACK_MS = 10_000;

/** How far a request to config-push has come. */
export async function requestProgress(
  id: string,
  { pushRequest, now }: Pick<SwapPorts, 'pushRequest' | 'now'>,
): Promise<RequestProgress> {
  const kept = await pushRequest(id);
  if (kept?.answer !== undefined) return { state: 'ended', ...kept.answer };
  return { state: kept !== undefined && now() < kept.endsAt + SLACK_MS ? 'under-way' : 'unknown' };
}
