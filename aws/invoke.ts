import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { BOUNDED } from './bounds.ts';
import { FunctionFailed } from './function-failed.ts';

/** How to reach a function. */
export interface Reach {
  /** Default: the environment's. */
  readonly region?: string;
  /** Default 1000 ms, which is plenty inside AWS. */
  readonly connectWithinMs?: number;
  /** Ends the wait, not the function. Default: never. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Invokes a function and waits for its answer, for minutes if need be: the SDK has TCP keep-alive on, with a probe every second
 * (seen in /proc/net/tcp), so that no NAT takes the connection for an idle one (AWS's own: after 350 s).
 *
 * @param timeoutMs how long the function may take
 * @throws FunctionFailed if the function failed; the SDK's error if it could not be called (`callFault` names it)
 */
export async function invokeFunction(
  name: string,
  payload: unknown,
  timeoutMs: number,
  { region, connectWithinMs = 1_000, signal }: Reach = {},
): Promise<unknown> {
  // One attempt: the caller decides when to retry, and a retry of the SDK would run the procedure twice.
  const client = new LambdaClient({
    ...(region !== undefined && { region }),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: connectWithinMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });
  const { FunctionError, Payload } = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload) }),
    { ...(signal !== undefined && { abortSignal: signal }) },
  );
  const text = new TextDecoder().decode(Payload);
  if (FunctionError !== undefined) throw new FunctionFailed(`${name} failed: ${ownWords(text)}`);
  return JSON.parse(text) as unknown;
}

/**
 * Invokes a function and does not wait for what it does: Lambda has taken the request, and runs it when it can.
 *
 * @throws the SDK's error if Lambda did not take it
 */
export async function invokeFunctionLater(name: string, payload: unknown): Promise<void> {
  const client = new LambdaClient({ ...BOUNDED, maxAttempts: 1 });
  await client.send(
    new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload: JSON.stringify(payload) }),
  );
}

/** Lambda's error object holds `errorMessage`, and a stack that is of no use to a caller. */
function ownWords(payload: string): string {
  try {
    const { errorMessage } = JSON.parse(payload) as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : payload;
  } catch {
    return payload;
  }
}
