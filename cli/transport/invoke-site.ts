import type { Message } from '#contracts/message.ts';
import type { RouteSwapRequest } from '#contracts/route-swap-requests.ts';
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
  return printableAnswer(await invokeVerbatim(siteRef, request, answer, by, routeSwapOf(siteRef)));
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
