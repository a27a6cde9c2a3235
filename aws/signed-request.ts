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

type Credentials = STSClient['config']['credentials'];

/** Signs requests with the credentials that every AWS SDK finds. A profile may ask SSO, STS or a program for them: once for many requests. */
export class RequestSigner {
  /** By Region; each renews what expires. */
  readonly #credentials = new Map<string, Credentials>();

  /**
   * Sends a request. Only one that is refused because of this computer's clock is sent again, with AWS's time, as the SDKs do.
   *
   * @throws the SDK's error without credentials, and the network's with its `code` (`callFault` names both)
   */
  async send({ method, url, region, body, timeoutMs, signal }: SignedRequest): Promise<ApiAnswer> {
    const { accessKeyId, secretAccessKey, sessionToken = '' } = await this.#credentialsIn(region)();
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
      // They may have been replaced since: a file of credentials need not say when they expire.
      if (response.status === 403) this.#credentials.delete(region);
      const text = await response.text();
      return { status: response.status, body: parsed(text) };
    } catch (error) {
      if (timeout.aborted)
        throw Object.assign(new Error(`no answer within ${timeoutMs / 1000} s`), { code: 'ECONNRESET' });
      // fetch hides the fault of the network behind "fetch failed".
      throw (error as Error).cause ?? error;
    }
  }

  /** The default chain of the SDK: environment, profile, SSO, role of the instance. */
  #credentialsIn(region: string): Credentials {
    const credentials = this.#credentials.get(region) ?? new STSClient({ region }).config.credentials;
    this.#credentials.set(region, credentials);
    return credentials;
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
