import { AwsError } from '#emulator/service.ts';
import { invalidParameter, lowerFirst, missingParameter } from './errors.ts';

export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

/** Typed reading of a decoded Query request. */
export class Parameters {
  readonly #input: Readonly<Record<string, unknown>>;

  constructor(input: Readonly<Record<string, unknown>>) {
    this.#input = input;
  }

  /** Undefined when absent or empty. Throws `InvalidParameterValue` for a structure. */
  text(name: string): string | undefined {
    const value = this.#input[name];
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') throw invalidParameter(`Value for parameter ${lowerFirst(name)} is invalid.`);
    return value;
  }

  /** Throws `MissingParameter`. */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw missingParameter(name);
    return value;
  }

  /** Values of `Name.1`, `Name.2`, … */
  texts(name: string): string[] {
    const value = this.#input[name];
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  }

  /** Like `texts`. Throws `MissingParameter` if there is none. */
  requiredTexts(name: string): string[] {
    const values = this.texts(name);
    if (values.length === 0) throw missingParameter(name);
    return values;
  }

  /** Structures `Name.1.Member`, … */
  structures(name: string): Parameters[] {
    const value = this.#input[name];
    if (!Array.isArray(value)) return [];
    return value.filter((each) => isRecord(each)).map((each) => new Parameters(each));
  }

  /** The structure `Name.Member`. */
  structure(name: string): Parameters | undefined {
    const value = this.#input[name];
    return isRecord(value) ? new Parameters(value) : undefined;
  }

  /** Undefined when absent. Throws `InvalidParameterValue` for anything but true and false. */
  flag(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (value === 'true') return true;
    if (value === 'false') return false;
    throw invalidParameter(`Value (${value}) for parameter ${lowerFirst(name)} is invalid. Expected a boolean.`);
  }

  /** Undefined when absent. Throws `InvalidParameterValue` for what is not a whole number. */
  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (/^-?\d{1,9}$/.test(value)) return Number(value);
    throw invalidParameter(`Value (${value}) for parameter ${lowerFirst(name)} is invalid. Expected an integer.`);
  }

  /**
   * Throws `FilterLimitExceeded`: "maximum of 50 filters, and 200 values per filter"
   * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html). In a call of one filter exactly 200 were
   * refused as well (https://github.com/apache/druid/pull/1954), so they are here.
   */
  filters(): Filter[] {
    const filters = this.structures('Filter').map((each) => ({
      name: each.required('Name'),
      values: each.texts('Value'),
    }));
    const values = filters.reduce((sum, filter) => sum + filter.values.length, 0);
    if (filters.length <= 50 && values < 200) return filters;
    throw new AwsError(
      'FilterLimitExceeded',
      'The request uses too many filters or too many filter values: The maximum is 50 filters and 200 values.',
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
