import type { EC2Client } from '@aws-sdk/client-ec2';
import { StandardRetryStrategy } from '@smithy/core/retry';

/**
 * Timeout of the last attempt of a call. If EC2 answers slowly, three attempts of 2 s each would all time out before the answer
 * arrives, with most of the function's time unused.
 */
export const LAST_TRY_MS = 6_000;

/** The SDK's retry middleware numbers its attempts so: `attempt=3; max=3`. */
const ATTEMPT = /^attempt=(\d+); max=(\d+)$/;

interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The same client, whose last attempt of each call waits longer for its answer than those before. Each call has its three
 * attempts: the SDK's retries of all calls of a client come out of one quota, which 35 timeouts use up and only a success
 * fills (@smithy/core, StandardRetryStrategy), and after a few slow calls no attempt would be the last of three.
 */
export function withLongerLastTry(client: EC2Client): EC2Client {
  const { requestHandler, maxAttempts } = client.config;
  client.config.retryStrategy = async () => new StandardRetryStrategy({ maxAttempts: await maxAttempts() });
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = (request: HttpRequest, options) =>
    handle(request, isLast(request.headers['amz-sdk-request']) ? { ...options, requestTimeout: LAST_TRY_MS } : options);
  return client;
}

function isLast(attempt = ''): boolean {
  const [, number, most] = ATTEMPT.exec(attempt) ?? [];
  return number !== undefined && number === most;
}
