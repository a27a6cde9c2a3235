import { httpRequestOf, type OperatorRequest } from '#contracts/site-api.ts';
import * as z from '#contracts/validation.ts';
import { type ApiFailure, type SiteApi, sendToApi } from './send-to-api.ts';
import type { Invoker } from './site-ref.ts';

const POLL_EVERY_MS = 1_000;
/** So many polls in a row without a trace: the work has not begun, or its result is not recorded. */
const POLLS_WITHOUT_TRACE = 5;
/** A poll reads one item, and is answered at once. */
const POLL_WITHIN_MS = 5_000;
/** So many polls in a row without an answer: half a minute in which the network may come back, or three if each poll is lost on its way. */
const POLLS_WITHOUT_ANSWER = 30;
/** So many polls when the time is over: the result is there by then, but the network of a workstation that was asleep may not be. */
const LATE_POLLS = 5;

/** How far something has come. */
interface Progress {
  readonly state: 'ended' | 'under-way' | 'unknown';
}

/**
 * Asks once a second how far something has come that outlasted the API, until it has ended.
 *
 * @param read validates a progress
 * @param endsAt by the workstation's clock, ms since the epoch: what takes longer than the function may has ended without a result
 * @param shows gets each progress, and each poll without one
 * @returns the failure of the last poll, if the API does not answer any more; `no-trace`: it answers, and nothing is recorded; undefined:
 *   the time is over
 */
export async function awaitEnd<Read extends Progress>(
  api: SiteApi,
  request: OperatorRequest,
  read: z.ZodMiniType<Read>,
  endsAt: number,
  by: Invoker,
  shows: (progress: Read | undefined) => void = () => undefined,
): Promise<Extract<Read, { readonly state: 'ended' }> | ApiFailure | 'no-trace' | undefined> {
  const { environment, signal } = by;
  const polled = httpRequestOf(api.siteRef.site.name, request);
  let withoutTrace = 0;
  let withoutAnswer = 0;
  let late = 0;
  while (late < LATE_POLLS && withoutTrace < POLLS_WITHOUT_TRACE) {
    if (environment.now() >= endsAt) late += 1;
    await environment.sleep(POLL_EVERY_MS, signal);
    signal?.throwIfAborted();
    const reply = await sendToApi({ ...api, withinMs: POLL_WITHIN_MS }, polled, by);
    const progress = 'fault' in reply ? undefined : z.safeParse(read, reply.body).data;
    shows(progress);
    if ('fault' in reply) {
      withoutAnswer += 1;
      if (withoutAnswer >= POLLS_WITHOUT_ANSWER) return reply;
      continue;
    }
    withoutAnswer = 0;
    if (progress !== undefined && hasEnded(progress)) return progress;
    withoutTrace = progress?.state === 'under-way' ? 0 : withoutTrace + 1;
  }
  // When the time is over, a function that ended without an answer is not known any more.
  return late > 0 ? undefined : 'no-trace';
}

function hasEnded<Read extends Progress>(progress: Read): progress is Extract<Read, { readonly state: 'ended' }> {
  return progress.state === 'ended';
}
