import { InvokeCommand } from '@aws-sdk/client-lambda';
import { lambdaClient } from './clients.ts';

/**
 * Invokes a function and waits for its answer.
 *
 * @param timeoutMs how long the function may take
 * @throws Error with the function's own message if it failed
 */
export async function invokeFunction(name: string, payload: unknown, timeoutMs: number): Promise<unknown> {
  const { FunctionError, Payload } = await lambdaClient(timeoutMs).send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload) }),
  );
  const text = new TextDecoder().decode(Payload);
  if (FunctionError !== undefined) throw new Error(`${name} failed: ${text}`);
  return JSON.parse(text) as unknown;
}
