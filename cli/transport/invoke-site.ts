import { type CallFault, callFault } from '#aws/call-fault.ts';
import type { Message } from '#contracts/message.ts';
import { changesNothing } from '#contracts/route-swap-requests.ts';
import type { OperatorRequest } from '#contracts/site-api.ts';
import type * as z from '#contracts/validation.ts';
import { VIEW_ALIAS } from '#contracts/view-alias.ts';
import { leastDurationMs } from '#failover/call-pacer.ts';
import { namesOf } from '#infra/names.ts';
import type { Site } from '#topology/topology.ts';
import { printableAnswer } from '../output/printable.ts';
import { apiUrlOf } from './api-url.ts';
import { askApi } from './ask-api.ts';
import { explainFault } from './explain-fault.ts';
import { FaultError } from './fault-error.ts';
import { readAnswer } from './read-answer.ts';
import type { Invoker, SiteRef } from './site-ref.ts';

export type { SiteRef } from './site-ref.ts';

/** A function of a site, and how long to wait for its answer. */
export interface SiteFunction {
  readonly functionName: string;
  readonly timeoutMs: number;
}

/** Longer than route-swap's own timeout, so that only a lost answer reaches this limit. */
const ANSWER_WITHIN_MS = 30_000;

/**
 * Sends a request to route-swap of a site, and validates its answer: through the site's API, which verifies the operator, or by Lambda
 * Invoke if the API is bypassed or an earlier version is deployed.
 *
 * @throws CommandError (exit code 1) with the cause and a hint, if there is no valid answer
 */
export async function invokeSite<Answer extends z.core.$ZodType>(
  siteRef: SiteRef,
  request: OperatorRequest,
  answer: Answer,
  by: Invoker,
): Promise<Message<Answer>> {
  const url = await apiUrlOf(siteRef, by);
  return printableAnswer(
    await (url === undefined
      ? invokeDirectly(siteRef, request, answer, by)
      : askApi({ url, siteRef, withinMs: answerWithinMs(siteRef.site) }, request, answer, by)),
  );
}

function invokeDirectly<Answer extends z.core.$ZodType>(
  siteRef: SiteRef,
  request: OperatorRequest,
  answer: Answer,
  by: Invoker,
): Promise<Message<Answer>> {
  const routeSwap = routeSwapOf(siteRef);
  const invoke = (fn: SiteFunction) => invokeVerbatim(siteRef, request, answer, by, fn);
  return changesNothing(request) ? viewing(routeSwap, invoke) : invoke(routeSwap);
}

/** A viewer is permitted to invoke the alias only. An operator's policy need not name it, and an older deployment has none. */
async function viewing<Answer>(
  routeSwap: SiteFunction,
  invoke: (fn: SiteFunction) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await invoke(routeSwap);
  } catch (error) {
    if (faultOf(error) !== 'denied') throw error;
    const view = { ...routeSwap, functionName: `${routeSwap.functionName}:${VIEW_ALIAS}` };
    return invoke(view).catch((other: unknown) => {
      throw ['denied', 'not-deployed'].includes(faultOf(other) ?? '') ? error : other;
    });
  }
}

function faultOf(error: unknown): CallFault | undefined {
  return error instanceof FaultError ? error.fault : undefined;
}

/** Invokes any function of a site. The answer's texts are as they came: with several lines, or control characters. */
export async function invokeVerbatim<Answer extends z.core.$ZodType>(
  { site }: SiteRef,
  request: Readonly<Record<string, unknown>>,
  answer: Answer,
  { environment, signal }: Invoker,
  { functionName, timeoutMs }: SiteFunction,
): Promise<Message<Answer>> {
  let given: unknown;
  try {
    given = await environment.invoke({ functionName, region: site.region, payload: request, timeoutMs, signal });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new FaultError(callFault(error), explainFault(error as Error, site, functionName, environment.nextCommand), {
      cause: error,
    });
  }
  return readAnswer(site, functionName, answer, given);
}

/** route-swap itself: not its alias for viewers. */
export function routeSwapOf({ topology, site }: SiteRef): SiteFunction {
  return { functionName: namesOf(topology, site).routeSwap, timeoutMs: answerWithinMs(site) };
}

/** As long as route-swap may take for all routes of the site, ms. */
export function answerWithinMs({ routeTables }: Site): number {
  const routes = routeTables.reduce((sum, { destinations }) => sum + destinations.length, 0);
  return ANSWER_WITHIN_MS + leastDurationMs(routes);
}
