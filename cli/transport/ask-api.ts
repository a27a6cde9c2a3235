import type { Message } from '#contracts/message.ts';
import { httpRequestOf, type OperatorRequest } from '#contracts/site-api.ts';
import { SwapProgress } from '#contracts/swap-progress.ts';
import * as z from '#contracts/validation.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { awaitEnd } from './await-end.ts';
import { readAnswer } from './read-answer.ts';
import { apiError, apiOf, OfFunction, type SiteApi, sendToApi } from './send-to-api.ts';
import type { Invoker } from './site-ref.ts';

/**
 * Sends a request for route-swap to a site's API. A swap that outlasts the API continues, and its result is asked for by its id.
 *
 * @throws CommandError (exit code 1) with the cause and a hint, if there is no valid answer
 */
export async function askApi<Answer extends z.core.$ZodType>(
  api: SiteApi,
  request: OperatorRequest,
  answer: Answer,
  by: Invoker,
): Promise<Message<Answer>> {
  const { site } = api.siteRef;
  const endsAt = by.environment.now() + api.withinMs;
  const reply = await sendToApi(api, httpRequestOf(site.name, request), by);
  if (!('fault' in reply)) {
    if (!isRefusalOf(request, reply.body)) return readAnswer(site, apiOf(site.name), answer, reply.body);
    throw new CommandError(exitCodes.notDone, `${site.name}: not done: ${reply.body.says}`);
  }
  const isMove = (request.action === 'switchover' || request.action === 'failback') && request.dryRun !== true;
  if (!isMove || !reply.mayHaveBegun) throw apiError(api, reply, by);
  by.progress?.(`The API of ${site.name} did not wait for the end of the swap. Waiting for its result…`);
  const ended = await awaitEnd(api, { action: 'result', id: request.id }, SwapProgress, endsAt, by);
  if (ended === undefined || ended === 'no-trace' || 'fault' in ended) throw apiError(api, reply, by);
  return readAnswer(site, apiOf(site.name), answer, ended.result);
}

/** The site's condition changed after the command line had checked the same rule. */
function isRefusalOf({ action }: OperatorRequest, body: unknown): body is { readonly says: string } {
  return action === 'maintenance' && z.safeParse(OfFunction, body).success;
}
