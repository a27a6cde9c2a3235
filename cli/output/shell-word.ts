/** A word for a shell to take as it is: bare where nothing in it has a meaning, else in single quotes. */
export function shellWord(word: string): string {
  return /^[\w.:/@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
