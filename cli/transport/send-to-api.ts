import { type CallFault, callFault } from '#aws/call-fault.ts';
import type { ApiAnswer } from '#aws/signed-request.ts';
import type { SiteHttpRequest } from '#contracts/site-api.ts';
import * as z from '#contracts/validation.ts';
import { explainApiFault } from './explain-api-fault.ts';
import { FaultError } from './fault-error.ts';
import type { Invoker, SiteRef } from './site-ref.ts';

/** A site's API. */
export interface SiteApi {
  readonly url: string;
  readonly siteRef: SiteRef;
  /** As long as the function may take, ms: the API itself waits 30 s at most. */
  readonly withinMs: number;
}

/** Longer than API Gateway's own limit of 30 s. */
const ANSWER_WITHIN_MS = 35_000;

/** Why the API gave no answer. */
export interface ApiFailure {
  readonly fault: CallFault;
  readonly why: string;
  /** The function may have been invoked. */
  readonly mayHaveBegun: boolean;
  /** The function has ended with an error: API Gateway answers 500 then, and 503 if it does not wait any longer. Default: false. */
  readonly hasEnded?: boolean;
  /** Of HTTP; undefined: there was no answer. */
  readonly status?: number;
  /** Of the request: API Gateway permits a viewer no POST. Default: GET. */
  readonly method?: SiteHttpRequest['method'];
  readonly cause?: unknown;
}

/** Sends one request, signed. @throws only if the signal ended the wait */
export async function sendToApi(
  { url, siteRef: { site }, withinMs }: SiteApi,
  { method, path, body }: SiteHttpRequest,
  { environment, signal }: Invoker,
): Promise<ApiAnswer | ApiFailure> {
  try {
    const reply = await environment.callApi({
      method,
      url: `${url}${path}`,
      region: site.region,
      ...(body !== undefined && { body: withoutUntypedName(body, environment.user) }),
      timeoutMs: Math.min(ANSWER_WITHIN_MS, withinMs),
      signal,
    });
    const failure = failureIn(reply);
    return failure === undefined ? reply : { ...failure, method };
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
/** What a function that did not do what was asked has to say. */
export const OfFunction = z.object({ outcome: z.enum(['refused', 'failed']), says: z.string() });

/** API Gateway answers with a message alone; a function with an outcome, or with what was asked for. */
export function failureIn({ status, body }: ApiAnswer): ApiFailure | undefined {
  if (status === 200) return undefined;
  // A request that was delivered twice: config-push answers the second delivery at once.
  if (status === 202) return { fault: 'no-answer', why: 'HTTP 202: it is being carried out', mayHaveBegun: true };
  const mayHaveBegun = status >= 500;
  const gateway = z.safeParse(OfApiGateway, body);
  if (gateway.success) {
    const fault = FAULTS[status] ?? (mayHaveBegun ? 'no-answer' : 'other');
    const why = `HTTP ${status} ${gateway.data.message}`;
    return { fault, why, mayHaveBegun, hasEnded: status === 500, status };
  }
  const ofFunction = z.safeParse(OfFunction, body);
  // What a rule refuses is an answer.
  if (ofFunction.success && status !== 409)
    return { fault: 'function-failed', why: ofFunction.data.says, mayHaveBegun, status };
  return undefined;
}

const FAULTS: Readonly<Record<number, CallFault>> = { 403: 'denied', 404: 'not-deployed', 429: 'throttled' };

/** What the command ends with (exit code 1): the cause and a hint. */
export function apiError(
  { siteRef: { site } }: SiteApi,
  { fault, why, method, cause }: ApiFailure,
  { environment: { nextCommand } }: Pick<Invoker, 'environment'>,
): FaultError {
  const isForOperators = method === 'POST';
  const about = { site: site.name, region: site.region, target: apiOf(site.name), isForOperators, next: nextCommand };
  return new FaultError(fault, explainApiFault(fault, about, why), { cause });
}

export function apiOf(site: string): string {
  return `the API of ${site}`;
}
