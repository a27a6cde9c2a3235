import type { Iam } from '#emulator/iam.ts';
import { partitionOf } from '#emulator/partition.ts';
import { escapeXml } from '#emulator/query-xml.ts';
import { AwsError, type HttpResponse, type Service, type SignedRequest } from '#emulator/service.ts';
import { type Buckets, etagOf } from './buckets.ts';

/** S3's actions here, by HTTP method, with the action that IAM is asked about. */
const ACTIONS: Readonly<Record<string, { readonly name: string; readonly permission: string }>> = {
  GET: { name: 'GetObject', permission: 's3:GetObject' },
  HEAD: { name: 'HeadObject', permission: 's3:GetObject' },
  PUT: { name: 'PutObject', permission: 's3:PutObject' },
};

interface Address {
  readonly bucket: string;
  readonly key: string;
}

/** Objects are read and written. */
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
      const action = ACTIONS[request.method];
      const { bucket, key } = addressOf(request);
      if (action === undefined || key === '' || isSubresource(request))
        throw new AwsError('NotImplemented', 'Only GetObject, HeadObject and PutObject are emulated.', 501);
      const expected = buckets.regionOf(bucket);
      if (expected !== request.region)
        throw new AwsError(
          'AuthorizationHeaderMalformed',
          `The authorization header is malformed; the region '${request.region}' is wrong; expecting '${expected}'`,
        );
      const context = { 'aws:ResourceAccount': edges.accountId, 's3:ResourceAccount': edges.accountId };
      const arn = `${bucketArn(bucket, request.region)}/${key}`;
      return { action: action.permission, resources: [{ arn, context }], input: { Bucket: bucket, Key: key } };
    },
    async run(_call, request) {
      const { bucket, key } = addressOf(request);
      if (request.method === 'PUT') {
        const { body } = request;
        const contentType = request.headers['content-type'] ?? 'binary/octet-stream';
        buckets.put(bucket, key, { contentType, modifiedAt: edges.now(), read: async () => body });
        return { status: 200, headers: { etag: etagOf(body) }, body: '' };
      }
      const object = buckets.find(bucket, key);
      if (object === undefined) throw await missing(bucketArn(bucket, request.region), request);
      const body = await object.read();
      const headers = {
        'content-type': object.contentType,
        'last-modified': new Date(object.modifiedAt).toUTCString(),
        etag: etagOf(body),
      };
      return { status: 200, headers, body };
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

/** `?acl`, `?uploads`, …: other actions. The SDKs name theirs in `x-id`. */
function isSubresource({ query }: SignedRequest): boolean {
  return [...query.keys()].some((name) => name !== 'x-id');
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
