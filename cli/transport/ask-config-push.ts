import { configPushHttpRequest } from '#contracts/config-push-api.ts';
import type { Message } from '#contracts/message.ts';
import { RejectedRequest, type SentConfigPushRequest } from '#contracts/push-request.ts';
import { RepeatedRequest, RequestProgress } from '#contracts/request-progress.ts';
import * as z from '#contracts/validation.ts';
import { PUSH_ANSWERS_WITHIN_MS } from '#infra/config-push-times.ts';
import { namesOf } from '#infra/names.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { printable, printableAnswer } from '../output/printable.ts';
import { duration } from '../output/time.ts';
import { apiUrlOf } from './api-url.ts';
import { awaitEnd } from './await-end.ts';
import { throttledHint } from './explain-fault.ts';
import { FaultError } from './fault-error.ts';
import { invokeVerbatim } from './invoke-site.ts';
import { readAnswer } from './read-answer.ts';
import { type ApiFailure, apiError, apiOf, failureIn, type SiteApi, sendToApi } from './send-to-api.ts';
import type { Invoker, SiteRef } from './site-ref.ts';

/**
 * Sends a request to config-push of a site, and validates its answer: through the site's API, which verifies the operator, or by Lambda
 * Invoke if the API is bypassed or an earlier version is deployed.
 *
 * @param withinMs how long the answer is waited for. Default: as long as the function may take
 * @throws CommandError with the cause and a hint: exit code 2 if the topology does not match the deployed one, 1 if there is no valid
 *   answer
 */
export async function askConfigPush<Answer extends z.core.$ZodType>(
  siteRef: SiteRef,
  request: SentConfigPushRequest,
  answer: Answer,
  by: Invoker,
  withinMs = PUSH_ANSWERS_WITHIN_MS,
): Promise<Message<Answer>> {
  const { topology, site } = siteRef;
  const url = await apiUrlOf(siteRef, by);
  const fn = { functionName: namesOf(topology, site).configPush, timeoutMs: withinMs };
  const given = await whileShown(siteRef, by, (shows) =>
    url === undefined
      ? invokeVerbatim(siteRef, request, z.unknown(), by, fn)
      : throughApi({ url, siteRef, withinMs }, request, by, shows),
  );
  const repeated = z.safeParse(RepeatedRequest, given).data;
  if (repeated !== undefined) throw new CommandError(exitCodes.failed, `${site.name}: ${printable(repeated.says)}`);
  const rejected = z.safeParse(RejectedRequest, given).data;
  if (rejected === undefined)
    return printableAnswer(readAnswer(site, url === undefined ? fn.functionName : apiOf(site.name), answer, given));
  const { outcome, says } = rejected;
  if (outcome === 'wrong-topology') throw new CommandError(exitCodes.usage, `${site.name}: ${says}`);
  const hint = '    hint: deploy the version that you run, or run the version that is deployed';
  throw new CommandError(exitCodes.failed, `${site.name}: ${printable(says)}\n${hint}`);
}

type Shows = (progress: RequestProgress | undefined) => void;

/** Shows on the terminal what the function does, as far as it is known, and for how long. */
async function whileShown<Answer>(
  { site: { name } }: SiteRef,
  { environment, waits }: Invoker,
  ask: (shows: Shows) => Promise<Answer>,
): Promise<Answer> {
  const began = environment.now();
  let doing = 'waiting for config-push';
  const wait = waits?.begin(`${name}: ${doing}`);
  try {
    return await ask((progress) => {
      if (progress?.state === 'under-way' && progress.says !== undefined) doing = printable(progress.says);
      wait?.show(`${name}, ${duration(environment.now() - began)}: ${doing}`);
    });
  } finally {
    wait?.end();
  }
}

/** A request that outlasts the API is carried out all the same, and its answer is asked for by the id of the request. */
async function throughApi(api: SiteApi, request: SentConfigPushRequest, by: Invoker, shows: Shows): Promise<unknown> {
  const { environment } = by;
  const endsAt = environment.now() + api.withinMs;
  const id = environment.newId();
  const reply = await sendToApi(api, configPushHttpRequest(api.siteRef.site.name, id, request), by);
  if (!('fault' in reply)) return reply.body;
  if (reply.fault !== 'no-answer') throw apiError(api, reply, by);
  // A function that has ended with an error keeps no answer any more, unless it was about to.
  const until = reply.hasEnded === true ? environment.now() : endsAt;
  const ended = await awaitEnd(api, { action: 'request', id }, RequestProgress, until, by, shows);
  if (ended === 'no-trace' && reply.status === 503) throw functionThrottled(api, reply, by);
  if (ended === undefined || ended === 'no-trace') throw apiError(api, reply, by);
  // Whatever keeps the answer from being read, the request may have been carried out.
  if ('fault' in ended)
    throw apiError(api, { ...reply, why: `${reply.why}; its result cannot be read: ${ended.why}` }, by);
  const failure = failureIn({ status: ended.status, body: ended.body });
  if (failure !== undefined) throw apiError(api, failure, by);
  return ended.body;
}

/**
 * config-push records each request before it begins, so one without a record has not begun. API Gateway does not say why it did not invoke
 * the function: its 503 is the same for a function that is throttled and for one that takes longer than 30 s (not verified in AWS).
 */
function functionThrottled(
  { siteRef: { site } }: SiteApi,
  { why, cause }: ApiFailure,
  { environment: { nextCommand } }: Invoker,
): FaultError {
  const says = `${site.name}: config-push is throttled: ${why}, and it has no record of the request`;
  return new FaultError('throttled', `${says}\n    hint: ${throttledHint(site.name, nextCommand)}`, { cause });
}
