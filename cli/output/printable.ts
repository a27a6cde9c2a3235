/**
 * Removes control characters from text of other origin (a reason in the history, a message of EC2). They could move the
 * cursor or hide a line.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}

/** The same for every string in an answer, and for every key: a router chooses some of them. */
export function printableAnswer<Answer>(answer: Answer): Answer {
  return printableIn(answer) as Answer;
}

function printableIn(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map(printableIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [printable(key), printableIn(each)]));
}
