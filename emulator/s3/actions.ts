import { escapeXml } from '#emulator/query-xml.ts';
import { AwsError, type HttpResponse, type SignedRequest } from '#emulator/service.ts';
import { type Buckets, etagOf } from './buckets.ts';

/** An action of S3 and the permission that it needs. */
interface S3Action {
  readonly permission: string;
  readonly on: 'bucket' | 'object';
  /** Undefined: there is no such object. */
  run(address: Address, request: SignedRequest, buckets: Buckets, now: number): Promise<HttpResponse | undefined>;
}

export interface Address {
  readonly bucket: string;
  /** Empty: the bucket itself. */
  readonly key: string;
}

/** Throws `NotImplemented`. */
export function actionOf({ key }: Address, { method, query }: SignedRequest): S3Action {
  // The SDKs name their actions in `x-id`.
  const subresource = [...query.keys()].find((name) => SUBRESOURCES.includes(name)) ?? '';
  const isPlain = [...query.keys()].every((name) => name === 'x-id');
  const found = key === '' ? ON_BUCKETS[`${method} ${subresource}`] : isPlain ? ON_OBJECTS[method] : undefined;
  if (found !== undefined) return found;
  throw new AwsError('NotImplemented', `This action is not emulated: ${method} with ?${query.toString()}.`, 501);
}

const SUBRESOURCES = ['location', 'encryption', 'list-type'];

const getObject: S3Action = {
  permission: 's3:GetObject',
  on: 'object',
  async run({ bucket, key }, _request, buckets) {
    const object = buckets.find(bucket, key);
    if (object === undefined) return undefined;
    const body = await object.read();
    const headers = {
      'content-type': object.contentType,
      'last-modified': new Date(object.modifiedAt).toUTCString(),
      etag: etagOf(body),
    };
    return { status: 200, headers, body };
  },
};

const putObject: S3Action = {
  permission: 's3:PutObject',
  on: 'object',
  async run({ bucket, key }, request, buckets, now) {
    const body = request.headers['content-encoding']?.includes('aws-chunked')
      ? withoutChunks(request.body)
      : request.body;
    const contentType = request.headers['content-type'] ?? 'binary/octet-stream';
    buckets.put(bucket, key, { contentType, modifiedAt: now, read: async () => body });
    return { status: 200, headers: { etag: etagOf(body) }, body: '' };
  },
};

const ON_OBJECTS: Readonly<Record<string, S3Action>> = { GET: getObject, HEAD: getObject, PUT: putObject };

const ON_BUCKETS: Readonly<Record<string, S3Action>> = {
  'HEAD ': { permission: 's3:ListBucket', on: 'bucket', run: async () => xml('') },
  'GET location': {
    permission: 's3:GetBucketLocation',
    on: 'bucket',
    run: async ({ bucket }, _request, buckets) => {
      const region = buckets.regionOf(bucket);
      return xml(
        `<LocationConstraint xmlns="${NAMESPACE}">${region === 'us-east-1' ? '' : region}</LocationConstraint>`,
      );
    },
  },
  /** Every bucket's default. */
  'GET encryption': {
    permission: 's3:GetEncryptionConfiguration',
    on: 'bucket',
    run: async () => {
      const rule =
        '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>';
      return xml(
        `<ServerSideEncryptionConfiguration xmlns="${NAMESPACE}"><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`,
      );
    },
  },
  /** At most 1,000 keys, without a continuation. */
  'GET list-type': {
    permission: 's3:ListBucket',
    on: 'bucket',
    run: async ({ bucket }, { query }, buckets) => {
      const most = Math.min(1000, Number(query.get('max-keys') ?? 1000));
      const all = buckets.list(bucket, query.get('prefix') ?? '');
      const contents = await Promise.all(
        all.slice(0, most).map(async ([key, object]) => {
          const body = await object.read();
          const modified = new Date(object.modifiedAt).toISOString();
          return `<Contents><Key>${escapeXml(key)}</Key><LastModified>${modified}</LastModified><ETag>${escapeXml(etagOf(body))}</ETag><Size>${body.length}</Size></Contents>`;
        }),
      );
      const truncated = `<IsTruncated>${all.length > most}</IsTruncated>`;
      return xml(
        `<ListBucketResult xmlns="${NAMESPACE}"><Name>${bucket}</Name><KeyCount>${contents.length}</KeyCount>${truncated}${contents.join('')}</ListBucketResult>`,
      );
    },
  },
};

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

function xml(body: string): HttpResponse {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}

/**
 * A body in chunks, each with its size, of which the last is empty; trailing headers are not checked.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
function withoutChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, end).toString(), 16);
    if (end === -1 || !(size > 0)) break;
    chunks.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}
