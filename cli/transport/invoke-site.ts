import { type CallFault, callFault } from '#aws/call-fault.ts';
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

/** A site of a topology: whose function is asked. */
export interface SiteRef {
  readonly topology: Topology;
  readonly site: Site;
}

export interface Invoker {
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
}

/** A function of the site. */
export interface SiteFunction {
  readonly functionName: string;
  readonly timeoutMs: number;
}

/** More than route-swap's own timeout, which ends a run that takes too long; this only ends waiting for a lost answer. */
const ANSWER_WITHIN_MS = 30_000;

/**
 * Asks a site's route-swap, and reads its answer.
 *
 * @throws CommandError (exit code 1) that says why there is none and what to do next
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
    throw new CommandError(exitCodes.failed, explain(callFault(error), error as Error, site, functionName), {
      cause: error,
    });
  }
  const read = z.safeParse(answer, given);
  if (read.success) return read.data as Message<Answer>;
  const why = printable(z.prettifyError(read.error)).slice(0, 500);
  throw new CommandError(
    exitCodes.failed,
    `${site.name}: the answer of ${functionName} is not one that this version understands: ${why}\n` +
      '    hint: deploy the version that you run, or run the version that is deployed',
  );
}

function routeSwapOf({ topology, site }: SiteRef): SiteFunction {
  const routes = site.routeTables.reduce((sum, { destinations }) => sum + destinations.length, 0);
  return {
    functionName: namesOf(topology, site).routeSwap,
    timeoutMs: ANSWER_WITHIN_MS + leastDurationMs(routes),
  };
}

function explain(fault: CallFault, { name, message }: Error, { name: site, region }: Site, fn: string): string {
  const said = printable(message);
  const [what, hint] = WORDS[fault]({ fn, region, site, said: fault === 'other' ? `${name}: ${said}` : said });
  return `${site}: ${what}\n    hint: ${hint}`;
}

interface Facts {
  readonly fn: string;
  readonly region: string;
  readonly site: string;
  readonly said: string;
}

/** What happened, and what to do next. */
const WORDS: Readonly<Record<CallFault, (facts: Facts) => readonly [string, string]>> = {
  'not-deployed': ({ fn, region }) => [
    `there is no function ${fn} in ${region}`,
    'deploy it (npx cdk deploy --all -c topology=FILE), or take the credentials of the account where it is',
  ],
  denied: ({ fn, region, said }) => [
    `${fn} in ${region} may not be invoked: ${said}`,
    'these credentials need lambda:InvokeFunction on that function',
  ],
  credentials: ({ said }) => [
    `AWS takes no credentials of yours: ${said}`,
    'log in (aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  ],
  throttled: ({ fn, said }) => [`Lambda is too busy for ${fn}: ${said}`, 'ask again'],
  unreachable: ({ region, said }) => [
    `Lambda in ${region} cannot be reached: ${said}`,
    'check the network, AWS_ENDPOINT_URL, and the site’s region in the topology; the site itself goes on without you',
  ],
  'no-answer': ({ fn, said, site }) => [
    `${fn} was asked and did not answer: ${said}`,
    `it may have acted; look: vyos-failover status ${site}`,
  ],
  'function-failed': ({ said, site, fn }) => [
    said,
    `look at the site (vyos-failover status ${site}) and at the log /aws/lambda/${fn}`,
  ],
  other: ({ fn, said }) => [`${fn} could not be asked: ${said}`, 'ask again; if it stays so, run with NODE_DEBUG=http'],
};
