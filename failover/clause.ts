/** So many names are what somebody reads. */
const NAMED = 10;

/** A list for a sentence, however long it is: the first ones, and how many more there are. */
export function listOf(items: readonly string[], separator: string): string {
  const more = items.length - NAMED;
  return items.slice(0, NAMED).join(separator) + (more > 0 ? ` and ${more} more` : '');
}

/** Enough for what EC2 has to say; what it says encoded (an authorization failure's 1 kB and more) is for the log. */
const LONGEST = 200;

/** A message as a clause of a sentence, however long it is. */
export function shortClause(message: string): string {
  const clause = withoutPeriod(message);
  return clause.length <= LONGEST ? clause : `${clause.slice(0, LONGEST - 1)}…`;
}

/** What was thrown, as a clause of a sentence. */
export function clauseOf(error: unknown): string {
  return withoutPeriod(error instanceof Error ? error.message : String(error));
}

/** AWS ends its messages with a period, and a sentence has its own. */
function withoutPeriod(message: string): string {
  return message.replace(/[.\s]+$/, '');
}
