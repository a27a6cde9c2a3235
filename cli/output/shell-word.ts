/** Quotes a word for the shell, if it contains characters that are special there. */
export function shellWord(word: string): string {
  return /^[\w.:/@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
