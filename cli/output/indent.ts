const INDENT = '  ';

/** Indents every line that is not empty by two spaces. */
export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, INDENT);
}

/** The width that an indented text has of a terminal's. */
export function indented(columns: number | undefined): number | undefined {
  return columns === undefined ? undefined : columns - INDENT.length;
}
