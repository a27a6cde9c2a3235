import { type CallFault, callFault } from '#aws/call-fault.ts';
import type { Message } from '#contracts/message.ts';
import { changesNothing, type RouteSwapRequest, VIEW_ALIAS } from '#contracts/route-swap-requests.ts';
import * as z from '#contracts/validation.ts';
import { leastDurationMs } from '#failover/call-pacer.ts';
import { namesOf } from '#infra/names.ts';
import type { Site, Topology } from '#topology/topology.ts';
import type { Environment } from '../environment.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { printable, printableAnswer } from '../output/printable.ts';
import { explainFault } from './explain-fault.ts';

/** A site with the topology that it belongs to: together they name the site's functions. */
export interface SiteRef {
  readonly topology: Topology;
  readonly site: Site;
}

export interface Invoker {
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
}

/** A function of a site, and how long to wait for its answer. */
export interface SiteFunction {
  readonly functionName: string;
  readonly timeoutMs: number;
}

/** Longer than route-swap's own timeout, so that only a lost answer reaches this limit. */
const ANSWER_WITHIN_MS = 30_000;

/**
 * Invokes route-swap of a site and validates its answer.
 *
 * @throws CommandError (exit code 1) with the cause and a hint, if there is no valid answer
 */
export async function invokeSite<Answer extends z.core.$ZodType>(
  siteRef: SiteRef,
  request: RouteSwapRequest,
  answer: Answer,
  by: Invoker,
): Promise<Message<Answer>> {
  const routeSwap = routeSwapOf(siteRef);
  const invoke = (fn: SiteFunction) => invokeVerbatim(siteRef, request, answer, by, fn);
  return printableAnswer(await (changesNothing(request) ? viewing(routeSwap, invoke) : invoke(routeSwap)));
}

/** A viewer is permitted to invoke the alias only. An operator's policy need not name it, and an older deployment has none. */
async function viewing<Answer>(
  routeSwap: SiteFunction,
  invoke: (fn: SiteFunction) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await invoke(routeSwap);
  } catch (error) {
    if (faultBehind(error) !== 'denied') throw error;
    const view = { ...routeSwap, functionName: `${routeSwap.functionName}:${VIEW_ALIAS}` };
    return invoke(view).catch((other: unknown) => {
      throw ['denied', 'not-deployed'].includes(faultBehind(other) ?? '') ? error : other;
    });
  }
}

function faultBehind(error: unknown): CallFault | undefined {
  return error instanceof CommandError && error.cause !== undefined ? callFault(error.cause) : undefined;
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
    throw new CommandError(exitCodes.failed, explainFault(error as Error, site, functionName), {
      cause: error,
    });
  }
  const read = z.safeParse(answer, given);
  if (read.success) return read.data as Message<Answer>;
  const why = printable(z.prettifyError(read.error)).slice(0, 500);
  throw new CommandError(
    exitCodes.failed,
    `${site.name}: this version cannot read the answer of ${functionName}: ${why}\n` +
      '    hint: use the version of vyos-failover that is deployed, or deploy this one',
  );
}

function routeSwapOf({ topology, site }: SiteRef): SiteFunction {
  const routes = site.routeTables.reduce((sum, { destinations }) => sum + destinations.length, 0);
  return {
    functionName: namesOf(topology, site).routeSwap,
    timeoutMs: ANSWER_WITHIN_MS + leastDurationMs(routes),
  };
}
