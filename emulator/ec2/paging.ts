import { AwsError } from '#emulator/service.ts';
import { invalidCombination, invalidParameter } from './errors.ts';
import type { Parameters } from './parameters.ts';

/**
 * One page: `MaxResults` from `min` to `max` (all, if omitted), `NextToken` as the last page gave it.
 * Throws `InvalidParameterCombination` when ids are asked for too, `InvalidParameterValue` for a size outside the
 * limits, `InvalidNextToken` [unverified code] for a token that we did not give.
 */
export function page<T>(
  all: readonly T[],
  parameters: Parameters,
  { ids, min, max }: { ids: readonly string[]; min: number; max: number },
): { readonly items: readonly T[]; readonly nextToken: string | undefined } {
  const size = parameters.integer('MaxResults');
  const start = offset(parameters.text('NextToken'), all.length);
  if (size === undefined) return { items: all.slice(start), nextToken: undefined };
  if (ids.length > 0) {
    throw invalidCombination('The parameter MaxResults cannot be used with a list of ids in the same call.');
  }
  if (size < min || size > max) {
    throw invalidParameter(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${min} and ${max}.`,
    );
  }
  const end = start + size;
  return { items: all.slice(start, end), nextToken: end < all.length ? token(end) : undefined };
}

const token = (at: number): string => Buffer.from(`at:${at}`).toString('base64url');

function offset(nextToken: string | undefined, length: number): number {
  if (nextToken === undefined) return 0;
  const digits = /^at:(\d+)$/.exec(Buffer.from(nextToken, 'base64url').toString())?.[1];
  if (digits === undefined || Number(digits) > length) {
    throw new AwsError('InvalidNextToken', 'The token is not valid.');
  }
  return Number(digits);
}
