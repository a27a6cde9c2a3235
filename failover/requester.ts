/** Who sent an operator's request. */
export interface Requester {
  /** ARN of the caller, as AWS verified it; undefined: the request came by Lambda Invoke, which does not give a function its caller. */
  readonly arn?: string | undefined;
  /** The name that the request states; not verified. Undefined: it states none. */
  readonly stated?: string | undefined;
}

/** Longest name of a caller in a sentence; an IAM user's path alone may have 512 characters. */
const LONGEST_NAME = 150;
/** Longest stated name in a sentence, with its quotes. Together they stay below the 256 characters of a `by`. */
const LONGEST_QUOTED = 100;

/**
 * The name of a requester in sentences: `assumed-role/on-call/ann`, with the stated name in quotes if there is one; or the stated name,
 * marked as not verified. The account is left out, because only callers of the site's own account pass its API.
 */
export function requesterName({ arn, stated }: Requester): string {
  if (arn === undefined) return `${stated ?? 'an unknown operator'} (not verified)`;
  const name = (arn.split(':')[5] ?? arn).slice(0, LONGEST_NAME);
  return stated === undefined ? name : `${name} (${quoted(stated)})`;
}

/** Escaped, so that a stated name cannot end its own quotes. */
function quoted(text: string): string {
  const whole = JSON.stringify(text);
  return whole.length <= LONGEST_QUOTED ? whole : `${whole.slice(0, LONGEST_QUOTED - 2)}…"`;
}
