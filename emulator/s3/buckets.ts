import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AwsError } from '#emulator/service.ts';

interface StoredObject {
  readonly contentType: string;
  /** ms since the epoch. */
  readonly modifiedAt: number;
  read(): Promise<Buffer>;
}

/** S3's buckets: one namespace for all accounts and regions. Without versions. */
export class Buckets {
  readonly #buckets = new Map<string, { readonly region: string; readonly objects: Map<string, StoredObject> }>();

  /** A bucket that is there already stays as it is. */
  create(name: string, region: string): void {
    if (!this.#buckets.has(name)) this.#buckets.set(name, { region, objects: new Map() });
  }

  has(name: string): boolean {
    return this.#buckets.has(name);
  }

  /** Throws `NoSuchBucket`. */
  regionOf(bucket: string): string {
    return this.#existing(bucket).region;
  }

  /** Throws `NoSuchBucket`. */
  put(bucket: string, key: string, object: StoredObject): void {
    this.#existing(bucket).objects.set(key, object);
  }

  /** Undefined: there is no such object. Throws `NoSuchBucket`. */
  find(bucket: string, key: string): StoredObject | undefined {
    return this.#existing(bucket).objects.get(key);
  }

  /** Keys with the prefix, sorted. Throws `NoSuchBucket`. */
  list(bucket: string, prefix: string): [string, StoredObject][] {
    return [...this.#existing(bucket).objects]
      .filter(([key]) => key.startsWith(prefix))
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
  }

  #existing(name: string) {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }
}

/** A file that is read at every request, as long as it is there. */
export function objectOfFile(path: string, modifiedAt: number): StoredObject {
  return { contentType: 'application/octet-stream', modifiedAt, read: () => readFile(path) };
}

/** As S3 makes it of an object that was put at once. */
export function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
