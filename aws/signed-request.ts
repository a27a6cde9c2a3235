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

/** API Gateway refuses a signature that is 5 minutes old, or of the future, with 403 and without a reason. */
const MAX_SKEW_MS = 4 * 60_000;

/**
 * Sends a request, signed with the credentials that every AWS SDK finds. Only one that is refused because of this computer's clock is sent
 * again, with AWS's time, as the SDKs do.
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
  const send = (at: number) =>
    client.fetch(url, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      aws: { datetime: amzDate(at) },
    });
  try {
    let response = await send(Date.now());
    const awsTime = Date.parse(response.headers.get('date') ?? '');
    if (response.status === 403 && Math.abs(awsTime - Date.now()) > MAX_SKEW_MS) response = await send(awsTime);
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  } catch (error) {
    if (timeout.aborted)
      throw Object.assign(new Error(`no answer within ${timeoutMs / 1000} s`), { code: 'ECONNRESET' });
    // fetch hides the fault of the network behind "fetch failed".
    throw (error as Error).cause ?? error;
  }
}

/** `20261129T105700Z` */
function amzDate(at: number): string {
  return new Date(at).toISOString().replace(/[:-]|\.\d{3}/g, '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
