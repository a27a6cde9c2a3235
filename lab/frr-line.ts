/** A line for a value, where there is one. */
export function told(words: string, value: string | undefined, after = ''): string[] {
  return value === undefined ? [] : [`${words} ${value}${after}`];
}

/** A line, with a value at its end where there is one. */
export function joined(words: string, value: string | undefined): string {
  return value === undefined ? words : `${words} ${value}`;
}
