import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Credentials, Principal } from './credentials.ts';

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Percent-encoded as received, no query string. */
  readonly path: string;
  /** As received, without `?`. */
  readonly rawQuery: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What is wrong with a signature. Each service has codes of its own for these. */
export type SignatureFault =
  | 'missing'
  | 'incomplete'
  | 'unknown-key'
  | 'bad-token'
  | 'skewed'
  | 'unsigned-headers'
  | 'mismatch'
  /** S3 alone: `x-amz-content-sha256` is not there, or is not the body's. */
  | 'no-hash'
  | 'bad-hash';

export type Verdict =
  | { readonly ok: true; readonly principal: Principal; readonly region: string; readonly service: string }
  | {
      readonly ok: false;
      readonly fault: SignatureFault;
      readonly says: string;
      readonly service: string | undefined;
      readonly region: string | undefined;
    };

/** A request is refused when its date is further than this from the time of arrival. */
const MAX_SKEW_MS = 5 * 60_000;
/** The same for S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (RequestTimeTooSkewed) */
const MAX_SKEW_S3_MS = 15 * 60_000;
const ALGORITHM = 'AWS4-HMAC-SHA256';
const HEADER =
  /^AWS4-HMAC-SHA256\s+Credential=([^/\s,]+)\/(\d{8})\/([^/\s,]+)\/([^/\s,]+)\/aws4_request\s*,\s*SignedHeaders=([^\s,]+)\s*,\s*Signature=([0-9a-f]{64})$/;

/**
 * Checks a Signature Version 4 by computing it again from what arrived.
 * `now`: ms since the epoch. https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function verifySignature(request: WireRequest, credentials: Credentials, now: number): Verdict {
  const authorization = request.headers['authorization'];
  if (authorization === undefined) return refuse('missing', 'Request is missing Authentication Token');
  const parts = HEADER.exec(authorization);
  if (parts === null)
    return refuse(
      'incomplete',
      `Authorization header is not "${ALGORITHM} Credential=…, SignedHeaders=…, Signature=…".`,
    );
  const [, accessKeyId = '', day = '', region = '', service = '', signedHeaders = '', signature = ''] = parts;
  const no = (fault: SignatureFault, says: string): Verdict => ({ ok: false, fault, says, service, region });

  const principal = credentials.find(accessKeyId);
  if (principal === undefined) return no('unknown-key', 'The security token included in the request is invalid.');
  if (request.headers['x-amz-security-token'] !== principal.key.sessionToken) {
    return no('bad-token', 'The security token included in the request is invalid.');
  }
  const date = request.headers['x-amz-date'] ?? '';
  const skew = Math.abs(parseDate(date) - now);
  if (Number.isNaN(skew) || !date.startsWith(day))
    return no('incomplete', `X-Amz-Date "${date}" is no date, or not the one in the credential scope.`);
  const maxSkewMs = service === 's3' ? MAX_SKEW_S3_MS : MAX_SKEW_MS;
  if (skew > maxSkewMs)
    return no(
      'skewed',
      `Signature expired: ${date} is ${Math.round(skew / 1000)} s from the server's time (at most ${maxSkewMs / 1000} s).`,
    );
  const unsigned = mustBeSigned(request.headers).filter((name) => !signedHeaders.split(';').includes(name));
  if (unsigned.length > 0)
    return no(
      'unsigned-headers',
      `There were headers present in the request which were not signed: ${unsigned.join(', ')}`,
    );

  const scope = `${day}/${region}/${service}/aws4_request`;
  const hash = service === 's3' ? request.headers['x-amz-content-sha256'] : sha256(request.body);
  if (hash === undefined) return no('no-hash', 'Missing required header for this request: x-amz-content-sha256');
  if (/^[0-9a-f]{64}$/.test(hash) && hash !== sha256(request.body))
    return no('bad-hash', "The provided 'x-amz-content-sha256' header does not match what was computed.");
  const path = service === 's3' ? s3Path(request.path) : canonicalPath(request.path);
  const canonical = canonicalRequest(request, { path, signedHeaders, hash });
  const stringToSign = `${ALGORITHM}\n${date}\n${scope}\n${sha256(canonical)}`;
  const expected = hmac(signingKey(principal.key.secretAccessKey, day, region, service), stringToSign).toString('hex');
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
    return no('mismatch', 'The request signature we calculated does not match the signature you provided.');
  }
  return { ok: true, principal, region, service };
}

function refuse(fault: SignatureFault, says: string): Verdict {
  return { ok: false, fault, says, service: undefined, region: undefined };
}

function mustBeSigned(headers: Readonly<Record<string, string>>): string[] {
  return ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
}

function canonicalRequest(
  request: WireRequest,
  { path, signedHeaders, hash }: { readonly path: string; readonly signedHeaders: string; readonly hash: string },
): string {
  const headers = signedHeaders
    .split(';')
    .map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`);
  return [request.method, path, canonicalQuery(request.rawQuery), headers.join(''), signedHeaders, hash].join('\n');
}

function s3Path(path: string): string {
  return path
    .split('/')
    .map((part) => encode(decode(part)))
    .join('/');
}

/** Every service but S3 signs the path encoded a second time. */
function canonicalPath(path: string): string {
  return path.split('/').map(encode).join('/') || '/';
}

function canonicalQuery(rawQuery: string): string {
  if (rawQuery === '') return '';
  return rawQuery
    .split('&')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [encode(decode(name)), encode(decode(value.join('=')))] as const;
    })
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `20261123T034500Z` in ms since the epoch; NaN if it is none. */
function parseDate(date: string): number {
  const iso = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return iso === date ? Number.NaN : Date.parse(iso);
}

const signingKeys = new Map<string, KeyObject>();

function signingKey(secret: string, day: string, region: string, service: string): KeyObject {
  const name = `${secret}/${day}/${region}/${service}`;
  const known = signingKeys.get(name);
  if (known !== undefined) return known;
  // A key that is no `KeyObject` is made one at each use, which takes longer than the rest of an HMAC.
  const key = createSecretKey(
    [day, region, service, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`)),
  );
  signingKeys.set(name, key);
  return key;
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer | KeyObject, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
