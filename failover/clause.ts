/** Names that a sentence lists before it only counts the rest. */
const LISTED = 10;

/** A list for a sentence: the first 10 items, then how many more there are. */
export function listOf(items: readonly string[], separator: string): string {
  const more = items.length - LISTED;
  return items.slice(0, LISTED).join(separator) + (more > 0 ? ` and ${more} more` : '');
}

/** Characters that are enough for EC2's error messages; an encoded authorization failure (1 kB and more) belongs in the log. */
const LONGEST = 200;

/** A message as a clause of a sentence: without its final period, cut at 200 characters. */
export function shortClause(message: string): string {
  const clause = withoutPeriod(message);
  return clause.length <= LONGEST ? clause : `${clause.slice(0, LONGEST - 1)}…`;
}

/** What was thrown, as a clause of a sentence. */
export function clauseOf(error: unknown): string {
  return withoutPeriod(error instanceof Error ? error.message : String(error));
}

/** AWS's messages end with a period; the sentence around them has its own. */
function withoutPeriod(message: string): string {
  return message.replace(/[.\s]+$/, '');
}
