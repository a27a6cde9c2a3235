/** A line with a value; none for undefined. */
export function lineIfSet(words: string, value: string | undefined, after = ''): string[] {
  return value === undefined ? [] : [`${words} ${value}${after}`];
}

/** A line, with a value at its end if there is one. */
export function lineWith(words: string, value: string | undefined): string {
  return value === undefined ? words : `${words} ${value}`;
}
