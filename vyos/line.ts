/**
 * A configuration path as words, without `set`: `['interfaces', 'tunnel', 'tun0', 'mtu', '1414']`. Words are unquoted;
 * `quote.ts` quotes them.
 */
export type Line = readonly string[];

/**
 * Writes a path as VyOS shows it: line`interfaces tunnel ${name} mtu ${mtu}`. Every value is one word, even with spaces in
 * it; a path (Line) as a value adds its words.
 */
export function line(literals: TemplateStringsArray, ...values: readonly (string | number | Line)[]): Line {
  return literals.flatMap((literal, index) => [...literalWords(literal), ...valueWords(values[index])]);
}

/** A path as one string, for sets and maps; the words of a configuration hold no NUL. */
export function keyOf(path: Line): string {
  return path.join('\0');
}

function literalWords(literal: string): string[] {
  return literal.split(' ').filter((word) => word !== '');
}

function valueWords(value: string | number | Line | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [String(value)];
}
