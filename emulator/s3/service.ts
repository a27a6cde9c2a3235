import type { Iam } from '#emulator/iam.ts';
import { partitionOf } from '#emulator/partition.ts';
import { escapeXml } from '#emulator/query-xml.ts';
import { AwsError, type HttpResponse, type Service, type SignedRequest } from '#emulator/service.ts';
import { type Address, actionOf } from './actions.ts';
import type { Buckets } from './buckets.ts';

/** Objects are read, written and listed. */
export function createS3Service(
  buckets: Buckets,
  edges: { readonly accountId: string; readonly iam: Iam; readonly now: () => number },
): Service {
  /** Who may not list the bucket does not learn which objects there are. */
  const missing = async (bucketArn: string, { caller }: SignedRequest): Promise<AwsError> => {
    const refusal = caller.isAdmin
      ? undefined
      : await edges.iam.refusal(caller, { action: 's3:ListBucket', resource: bucketArn });
    return refusal === undefined
      ? new AwsError('NoSuchKey', 'The specified key does not exist.', 404)
      : new AwsError('AccessDenied', refusal, 403);
  };
  return {
    signingName: 's3',
    deniedCode: 'AccessDenied',
    throttledCode: 'SlowDown',
    parse(request) {
      const address = addressOf(request);
      const { permission, on } = actionOf(address, request);
      const expected = buckets.regionOf(address.bucket);
      if (expected !== request.region)
        throw new AwsError(
          'AuthorizationHeaderMalformed',
          `The authorization header is malformed; the region '${request.region}' is wrong; expecting '${expected}'`,
        );
      const context = { 'aws:ResourceAccount': edges.accountId, 's3:ResourceAccount': edges.accountId };
      const bucket = bucketArn(address.bucket, request.region);
      const arn = on === 'bucket' ? bucket : `${bucket}/${address.key}`;
      return {
        action: permission,
        resources: [{ arn, context }],
        input: { Bucket: address.bucket, Key: address.key },
      };
    },
    async run(_call, request) {
      const address = addressOf(request);
      const answer = await actionOf(address, request).run(address, request, buckets, edges.now());
      if (answer !== undefined) return answer;
      throw await missing(bucketArn(address.bucket, request.region), request);
    },
    renderError: errorXml,
  };
}

function bucketArn(bucket: string, region: string): string {
  return `arn:${partitionOf(region).name}:s3:::${bucket}`;
}

/**
 * Path style, `/bucket/key`, or the bucket in the host: `bucket.s3.…` or `bucket.localhost`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
function addressOf({ path, headers }: Pick<SignedRequest, 'path' | 'headers'>): Address {
  const [, inHost] = /^([a-z0-9.-]+?)\.(?:s3[.-]|localhost\b)/.exec(headers['host'] ?? '') ?? [];
  const parts = path.slice(1).split('/').map(decode);
  if (inHost !== undefined) return { bucket: inHost, key: parts.join('/') };
  const [bucket = '', ...key] = parts;
  return { bucket, key: key.join('/') };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function errorXml({ code, message, status }: AwsError): HttpResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
