import { createHash } from 'node:crypto';
import { AwsError } from '#emulator/service.ts';

export type ParameterType = 'String' | 'StringList' | 'SecureString';

export interface ParameterVersion {
  readonly name: string;
  readonly type: ParameterType;
  readonly value: string;
  readonly version: number;
  /** ms since the epoch. */
  readonly modifiedAt: number;
}

/** Parameter Store of one region. */
export class ParameterStore {
  readonly #history = new Map<string, ParameterVersion[]>();

  /** Returns the new version. Throws `ParameterAlreadyExists`, `ValidationException`. */
  put(
    name: string,
    value: string,
    {
      type,
      overwrite,
      advanced,
      now,
    }: { type: ParameterType | undefined; overwrite: boolean; advanced: boolean; now: number },
  ): ParameterVersion {
    checkName(name);
    const history = this.#history.get(name) ?? [];
    const latest = history.at(-1);
    if (latest !== undefined && !overwrite) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    const kept = type ?? latest?.type;
    if (kept === undefined) throw invalid('A parameter type is required when you create a parameter.');
    checkSize(value, advanced);
    const added = { name, type: kept, value, version: history.length + 1, modifiedAt: now };
    this.#history.set(name, [...history, added]);
    return added;
  }

  /** The latest version. */
  find(name: string): ParameterVersion | undefined {
    return this.#history.get(name)?.at(-1);
  }

  /** `selector`: a version number; undefined: the latest. Throws `ParameterNotFound`, `ParameterVersionNotFound`. */
  get(name: string, selector: string | undefined): ParameterVersion {
    const history = this.#history.get(name);
    const latest = history?.at(-1);
    if (history === undefined || latest === undefined) throw new AwsError('ParameterNotFound', '');
    if (selector === undefined) return latest;
    const found = history.find(({ version }) => String(version) === selector);
    if (found !== undefined) return found;
    throw new AwsError('ParameterVersionNotFound', `Systems Manager could not find version ${selector} of ${name}.`);
  }

  /** Latest versions whose names lie under the path, sorted by name. */
  under(path: string, recursive: boolean): ParameterVersion[] {
    const prefix = path.endsWith('/') ? path : `${path}/`;
    return [...this.#history.values()]
      .flatMap((history) => history.slice(-1))
      .filter(({ name }) => name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes('/')))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Throws `ParameterNotFound`. */
  delete(name: string): void {
    if (!this.#history.delete(name)) throw new AwsError('ParameterNotFound', '');
  }
}

/** The value of a SecureString without decryption: opaque bytes. */
export function sealed(value: string): string {
  return createHash('sha512').update(value).digest('base64');
}

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

function checkName(name: string): void {
  const fullyQualified = !name.includes('/') || name.startsWith('/');
  if (!/^[a-zA-Z0-9_.\-/]{1,1011}$/.test(name) || !fullyQualified || name.split('/').length > 16) {
    throw invalid(
      `Parameter name: can't be "${name}". Only a-z, A-Z, 0-9, _, ., - and /, beginning with / if there is one.`,
    );
  }
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
function checkSize(value: string, advanced: boolean): void {
  const limit = advanced ? 8192 : 4096;
  if (value.length === 0) throw invalid('Value must have length at least 1.');
  if (Buffer.byteLength(value) > limit) {
    throw invalid(
      `${advanced ? 'Advanced' : 'Standard'} tier parameters support a maximum parameter value of ${limit} characters.`,
    );
  }
}
