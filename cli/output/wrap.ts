import { stripVTControlCharacters } from 'node:util';

/** Number of columns that a text takes. Colours take none. */
export function widthOf(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}

/**
 * Breaks a text at spaces into lines of at most `width` columns, each with the indent of the text. A longer word stays whole, so that
 * ids can be copied.
 */
export function wrapWords(text: string, width: number): readonly string[] {
  const [indent = ''] = /^ */.exec(text) ?? [];
  const lines: string[] = [];
  let line = indent;
  for (const word of text.slice(indent.length).split(' ')) {
    const longer = line === indent ? `${indent}${word}` : `${line} ${word}`;
    if (line !== indent && widthOf(longer) > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = longer;
  }
  return [...lines, line];
}
