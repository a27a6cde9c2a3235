import { createHash } from 'node:crypto';
import { AwsError } from '#emulator/service.ts';
import { type CommandDocument, readDocument } from './document-content.ts';

export interface DocumentVersion {
  readonly name: string;
  /** `1`, `2`, … */
  readonly version: string;
  /** As registered; what the hash is of. */
  readonly content: string;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  readonly document: CommandDocument;
  /** ms since the epoch. */
  readonly createdAt: number;
}

/** SSM documents of one region. */
export class Documents {
  readonly #versions = new Map<string, DocumentVersion[]>();

  /** A new name is version 1, changed content the next one, and the latest version is the default. Throws `Error`. */
  register(name: string, content: string, now: number): DocumentVersion {
    const versions = this.#versions.get(name) ?? [];
    const latest = versions.at(-1);
    if (latest?.content === content) return latest;
    const added: DocumentVersion = {
      name,
      version: String(versions.length + 1),
      content,
      hash: createHash('sha256').update(content).digest('hex'),
      document: readDocument(name, content),
      createdAt: now,
    };
    this.#versions.set(name, [...versions, added]);
    return added;
  }

  has(name: string): boolean {
    return this.#versions.has(name);
  }

  delete(name: string): void {
    this.#versions.delete(name);
  }

  /**
   * `version`: a number, `$DEFAULT`, `$LATEST`, or undefined for the default. A name may be the document's ARN.
   * Throws `InvalidDocument`, `InvalidDocumentVersion`.
   */
  find(nameOrArn: string, version?: string): DocumentVersion {
    const name = documentName(nameOrArn);
    const versions = this.#versions.get(name);
    if (versions === undefined) throw new AwsError('InvalidDocument', `Document with name ${name} does not exist.`);
    const isLatest = version === undefined || version === '$DEFAULT' || version === '$LATEST';
    const found = isLatest ? versions.at(-1) : versions.find((each) => each.version === version);
    if (found === undefined) {
      throw new AwsError('InvalidDocumentVersion', `Document ${name} has no version ${version}.`);
    }
    return found;
  }
}

export function documentName(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;
}
