/** Who sent an operator's request. */
export interface Requester {
  /** ARN of the caller, as AWS verified it; undefined: the request came by Lambda Invoke, which does not give a function its caller. */
  readonly arn?: string | undefined;
  /** The name that the request states; not verified. Undefined: it states none. */
  readonly stated?: string | undefined;
}

/** Longest name of a caller in a sentence; an IAM user's path alone may have 512 characters. */
const LONGEST_NAME = 150;
/** Of a name that is too long, what is kept of its end: the name of an IAM user or of a session has 64 characters at most. */
const LONGEST_END = 65;
/** Longest stated name in a sentence, with its quotes. Together they stay below the 256 characters of a `by`. */
const LONGEST_QUOTED = 100;

/**
 * The name of a requester in sentences: `assumed-role/on-call/ann`, with the stated name in quotes if there is one; or the stated name,
 * marked as not verified. The account is left out, because only callers of the site's own account pass its API.
 */
export function requesterName({ arn, stated }: Requester): string {
  if (arn === undefined) return `${stated ?? 'an unknown operator'} (not verified)`;
  const name = shortened(nameIn(arn));
  return stated === undefined ? name : `${name} (${quoted(stated)})`;
}

/** What follows the account. The path of an IAM user may have colons (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html). */
function nameIn(arn: string): string {
  return arn.split(':').slice(5).join(':') || arn;
}

/** Without its middle: the end of an ARN names the user or the session. */
function shortened(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  return `${name.slice(0, LONGEST_NAME - LONGEST_END - 1)}…${name.slice(-LONGEST_END)}`;
}

/** Escaped, so that a stated name cannot end its own quotes. */
function quoted(text: string): string {
  const whole = JSON.stringify(text);
  return whole.length <= LONGEST_QUOTED ? whole : `${whole.slice(0, LONGEST_QUOTED - 2)}…"`;
}
