import { type CallFault, callFault } from '#aws/call-fault.ts';
import type { ApiAnswer } from '#aws/signed-request.ts';
import type { Message } from '#contracts/message.ts';
import { httpRequestOf, type OperatorRequest } from '#contracts/site-api.ts';
import { SwapProgress } from '#contracts/swap-progress.ts';
import type { SwapResult } from '#contracts/swap-result.ts';
import * as z from '#contracts/validation.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { explainApiFault } from './explain-api-fault.ts';
import { FaultError } from './fault-error.ts';
import { readAnswer } from './read-answer.ts';
import type { Invoker, SiteRef } from './site-ref.ts';

/** A site's API. */
export interface SiteApi {
  readonly url: string;
  readonly siteRef: SiteRef;
  /** As long as route-swap may take, ms: the API itself waits 30 s at most. */
  readonly withinMs: number;
}

/** Longer than API Gateway's own limit of 30 s. */
const ANSWER_WITHIN_MS = 35_000;
const POLL_EVERY_MS = 1_000;
/** So many polls in a row without a trace of a swap: it has not begun, or its result is not recorded. */
const POLLS_WITHOUT_TRACE = 5;

/**
 * Sends a request to a site's API. A swap that outlasts the API continues, and its result is asked for by its id.
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
  const reply = await send(api, request, by);
  if (!('fault' in reply) && isRefusalOf(request, reply.body)) {
    const { says } = reply.body;
    throw new CommandError(exitCodes.notDone, `${site.name}: not done: ${says}`);
  }
  if (!('fault' in reply)) return readAnswer(site, target(site.name), answer, reply.body);
  const isMove = (request.action === 'switchover' || request.action === 'failback') && request.dryRun !== true;
  if (isMove && reply.mayHaveBegun) {
    by.progress?.(`The API of ${site.name} did not wait for the end of the swap. Waiting for its result…`);
    const result = await resultOf(request.id, endsAt, api, by);
    if (result !== undefined) return readAnswer(site, target(site.name), answer, result);
  }
  const about = { site: site.name, region: site.region, target: target(site.name) };
  throw new FaultError(reply.fault, explainApiFault(reply.fault, about, reply.why), { cause: reply.cause });
}

interface Failure {
  readonly fault: CallFault;
  readonly why: string;
  /** route-swap may have been invoked. */
  readonly mayHaveBegun: boolean;
  readonly cause?: unknown;
}

async function send(
  { url, siteRef: { site } }: SiteApi,
  request: OperatorRequest,
  { environment, signal }: Invoker,
): Promise<{ readonly body: unknown } | Failure> {
  const { method, path, body } = httpRequestOf(site.name, request);
  try {
    const reply = await environment.callApi({
      method,
      url: `${url}${path}`,
      region: site.region,
      ...(body !== undefined && { body: withoutUntypedName(body, environment.user) }),
      timeoutMs: ANSWER_WITHIN_MS,
      signal,
    });
    return failureIn(reply) ?? { body: reply.body };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const { name, message } = error as Error;
    const fault = callFault(error);
    const why = fault === 'other' ? `${name}: ${message}` : message;
    return { fault, why, mayHaveBegun: fault === 'no-answer', cause: error };
  }
}

/** The API knows the caller. A name that nobody typed adds nothing. */
function withoutUntypedName(body: Readonly<Record<string, unknown>>, user: string): object {
  const { by, ...others } = body;
  return by === user ? others : body;
}

const OfApiGateway = z.object({ message: z.string() });
const OfRouteSwap = z.object({ outcome: z.enum(['refused', 'failed']), says: z.string() });

/** API Gateway answers with a message alone; route-swap with an outcome, or with what was asked for. */
function failureIn({ status, body }: ApiAnswer): Failure | undefined {
  if (status === 200) return undefined;
  const mayHaveBegun = status >= 500;
  const gateway = z.safeParse(OfApiGateway, body);
  if (gateway.success) {
    const fault = FAULTS[status] ?? (mayHaveBegun ? 'no-answer' : 'other');
    return { fault, why: `HTTP ${status} ${gateway.data.message}`, mayHaveBegun };
  }
  const swap = z.safeParse(OfRouteSwap, body);
  // A move that a rule refuses is an answer.
  if (swap.success && status !== 409) return { fault: 'function-failed', why: swap.data.says, mayHaveBegun };
  return undefined;
}

/** The site's condition changed after the command line had checked the same rule. */
function isRefusalOf({ action }: OperatorRequest, body: unknown): body is { readonly says: string } {
  return action === 'maintenance' && z.safeParse(OfRouteSwap, body).success;
}

const FAULTS: Readonly<Record<number, CallFault>> = { 403: 'denied', 404: 'not-deployed', 429: 'throttled' };

/** @returns undefined: no result is recorded, or it takes longer than route-swap may */
async function resultOf(id: string, endsAt: number, api: SiteApi, by: Invoker): Promise<SwapResult | undefined> {
  const { environment, signal } = by;
  let withoutTrace = 0;
  while (environment.now() < endsAt && withoutTrace < POLLS_WITHOUT_TRACE) {
    await environment.sleep(POLL_EVERY_MS, signal);
    signal?.throwIfAborted();
    const reply = await send(api, { action: 'result', id }, by);
    const progress = 'fault' in reply ? undefined : z.safeParse(SwapProgress, reply.body).data;
    if (progress?.state === 'ended') return progress.result;
    withoutTrace = progress?.state === 'under-way' ? 0 : withoutTrace + 1;
  }
  return undefined;
}

function target(site: string): string {
  return `the API of ${site}`;
}
