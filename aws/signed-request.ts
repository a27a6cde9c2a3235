import { STSClient } from '@aws-sdk/client-sts';
import { AwsClient } from 'aws4fetch';

/** A request to an HTTP API with AWS_IAM. */
export interface SignedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Of the API. */
  readonly region: string;
  /** Sent as JSON. Default: none. */
  readonly body?: unknown;
  /** Until the answer is complete, ms. */
  readonly timeoutMs: number;
  /** Ends the wait, and not what the API does. */
  readonly signal?: AbortSignal | undefined;
}

export interface ApiAnswer {
  readonly status: number;
  /** Parsed; the text itself if it is no JSON. */
  readonly body: unknown;
}

/**
 * Sends a request once, signed with the credentials that every AWS SDK finds.
 *
 * @throws the SDK's error without credentials, and the network's with its `code` (`callFault` names both)
 */
export async function sendSigned({ method, url, region, body, timeoutMs, signal }: SignedRequest): Promise<ApiAnswer> {
  // The default chain of the SDK: environment, profile, SSO, role of the instance.
  const { accessKeyId, secretAccessKey, sessionToken = '' } = await new STSClient({ region }).config.credentials();
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    sessionToken,
    region,
    service: 'execute-api',
    retries: 0,
  });
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await client.fetch(url, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  } catch (error) {
    if (timeout.aborted)
      throw Object.assign(new Error(`no answer within ${timeoutMs / 1000} s`), { code: 'ECONNRESET' });
    // fetch hides the fault of the network behind "fetch failed".
    throw (error as Error).cause ?? error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
