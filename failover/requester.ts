/** Who sent an operator's request. */
export interface Requester {
  /** ARN of the caller, as AWS verified it; undefined: the request came by Lambda Invoke, which does not give a function its caller. */
  readonly arn?: string | undefined;
  /** The name that the request states; not verified. Undefined: it states none. */
  readonly stated?: string | undefined;
}

/** Longest name of a caller in a sentence; an IAM user's path alone may have 512 characters. */
const LONGEST_NAME = 150;

/**
 * The name of a requester in sentences: `assumed-role/on-call/ann`, with the stated name in quotes if there is one; or the stated name,
 * marked as not verified. The account is left out, because only callers of the site's own account pass its API.
 */
export function requesterName({ arn, stated }: Requester): string {
  if (arn === undefined) return `${stated ?? 'an unknown operator'} (not verified)`;
  const name = (arn.split(':')[5] ?? arn).slice(0, LONGEST_NAME);
  return stated === undefined ? name : `${name} ("${stated}")`;
}
