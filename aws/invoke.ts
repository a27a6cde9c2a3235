import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/**
 * Invokes a function and waits for its answer.
 *
 * @param timeoutMs how long the function may take
 * @throws Error with the function's own message if it failed
 */
export async function invokeFunction(name: string, payload: unknown, timeoutMs: number): Promise<unknown> {
  // One attempt: whoever invokes has its own rhythm, and a retry would run the story twice.
  const client = new LambdaClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: timeoutMs },
  });
  const { FunctionError, Payload } = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload) }),
  );
  const text = new TextDecoder().decode(Payload);
  if (FunctionError !== undefined) throw new Error(`${name} failed: ${text}`);
  return JSON.parse(text) as unknown;
}
